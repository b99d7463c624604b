/// The look of every page. Colours are variables, set once for light and once for dark.
enum PageStyle {
  static let base: StaticString = """
    :root {
      --paper: #fcfcfa; --panel: #f4f4f0; --ink: #1a1e26; --muted: #59616e; --rule: #e2e3de; --strong: #c9ccc5;
      --accent: #1f4fd1; --hi: #0d8f80; --lo: #e2552b; --tint: 0.46%;
      --note: #3a5ea8; --caution: #9a6200; --invalid: #b3261e;
      --s0: #1f57d6; --s1: #d1491f; --s2: #0b8a7b; --s3: #9536ab; --s4: #9a6b00; --s5: #536074; --s6: #bf2a66;
      --s7: #4a7a16;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #11141a; --panel: #191d25; --ink: #e7e9ee; --muted: #9ba5b4; --rule: #2a303b; --strong: #414957;
        --accent: #86a8ff; --hi: #2ec4b0; --lo: #ff7a4d; --tint: 0.42%;
        --note: #9db8ff; --caution: #f2bd57; --invalid: #ff8a80;
        --s0: #7aa2ff; --s1: #ff8a61; --s2: #35c9b5; --s3: #d08be3; --s4: #e0b04a; --s5: #a3afc0; --s6: #ff7fae;
        --s7: #9cc95f;
      }
    }
    .s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); }
    .s4 { --c: var(--s4); } .s5 { --c: var(--s5); } .s6 { --c: var(--s6); } .s7 { --c: var(--s7); }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 0 28px 40px; max-width: 1240px; background: var(--paper); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
      font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
    }
    a { color: var(--accent); }
    code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.86em; }
    small { color: var(--muted); font-size: 11.5px; font-weight: 400; }
    .skip { position: absolute; left: -999px; }
    .skip:focus { left: 12px; top: 8px; background: var(--paper); padding: 6px 10px; z-index: 9; }

    .masthead { padding: 30px 0 20px; }
    .brand { display: flex; align-items: center; gap: 9px; font-weight: 650; letter-spacing: 0.01em; color: var(--muted); }
    .logo-ball { fill: none; stroke: var(--accent); stroke-width: 2.4; }
    .logo-arrow { fill: none; stroke: var(--lo); stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round; }
    .logo-dot { fill: var(--accent); }
    h1 { font-size: clamp(26px, 4.4vw, 40px); line-height: 1.12; letter-spacing: -0.022em; margin: 14px 0 6px; }
    .what { font-size: 16.5px; color: var(--muted); margin: 0 0 16px; max-width: 68ch; }
    h2 { font-size: 23px; letter-spacing: -0.014em; margin: 0 0 4px; line-height: 1.25; }
    h3 { font-size: 16.5px; margin: 26px 0 8px; }
    h4 { font-size: 14px; margin: 14px 0 6px; font-weight: 600; }
    .lead { color: var(--muted); margin: 0 0 16px; max-width: 76ch; }
    section { padding: 34px 0 8px; border-top: 1px solid var(--rule); margin-top: 28px; scroll-margin-top: 44px; }
    main > section:first-of-type { border-top: 0; margin-top: 0; padding-top: 18px; }
    footer { color: var(--muted); font-size: 13px; border-top: 1px solid var(--rule); margin-top: 40px; padding-top: 14px; }

    .facts { display: flex; flex-wrap: wrap; gap: 10px 30px; margin: 0; }
    .facts dt { font-size: 11.5px; color: var(--muted); }
    .facts dd { margin: 0; font-weight: 550; }
    .facts.wide { gap: 12px 34px; margin: 16px 0 10px; }

    nav { position: sticky; top: 0; z-index: 5; background: var(--paper); border-block: 1px solid var(--rule); }
    nav ul { display: flex; gap: 4px 20px; margin: 0; padding: 8px 0; list-style: none; overflow-x: auto; }
    nav a { color: var(--muted); text-decoration: none; font-size: 13.5px; white-space: nowrap; }
    nav a:hover, nav a:focus { color: var(--ink); text-decoration: underline; text-underline-offset: 4px; }

    .warnings { display: grid; gap: 8px; margin-top: 18px; }
    .warnings:empty { display: none; }
    .warning {
      --w: var(--note); margin: 0; padding: 9px 14px; border-left: 4px solid var(--w); border-radius: 4px;
      background: color-mix(in oklab, var(--w) 10%, var(--paper));
    }
    .warning.caution { --w: var(--caution); } .warning.invalid { --w: var(--invalid); }
    .warning strong { color: var(--w); margin-right: 4px; }

    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 230px), 1fr)); gap: 12px; margin: 0 0 22px; }
    .tiles:empty { display: none; }
    .tile { background: var(--panel); border-radius: 10px; padding: 14px 18px 13px; }
    .tile p { margin: 0; }
    .tile-label { font-size: 12.5px; color: var(--muted); }
    .tile-value { font-size: 31px; line-height: 1.2; font-weight: 650; letter-spacing: -0.022em; }
    .tile-who { font-weight: 600; }
    .tile-context { font-size: 12px; color: var(--muted); }

    .scroll { position: relative; overflow-x: auto; margin: 0 0 22px; border: 1px solid var(--rule); border-radius: 10px; }
    .scroll:focus-visible, button:focus-visible, a:focus-visible, summary:focus-visible {
      outline: 2px solid var(--accent); outline-offset: 2px;
    }
    table { border-collapse: separate; border-spacing: 0; width: 100%; overflow-wrap: normal; }
    caption { text-align: left; font-size: 12.5px; color: var(--muted); padding: 9px 14px 8px; }
    caption span { position: sticky; left: 14px; display: inline-block; max-width: calc(100vw - 64px); }
    th, td { padding: 7px 12px; text-align: left; vertical-align: top; border-top: 1px solid var(--rule); }
    thead th {
      font-size: 12.5px; font-weight: 600; vertical-align: bottom; background: var(--panel); white-space: nowrap;
    }
    thead th small { display: block; }
    th.group { text-align: center; border-left: 1px solid var(--rule); }
    tbody th { font-weight: 550; min-width: 132px; }
    tbody th small { display: block; }
    tbody tr > :first-child, .corner, thead tr:only-child th:first-child {
      position: sticky; left: 0; z-index: 1; background: var(--paper);
    }
    .corner, thead tr:only-child th:first-child { background: var(--panel); }
    .n, .heat, .absent { text-align: right; white-space: nowrap; }
    .n small, .heat small { display: block; }
    thead th.n { text-align: right; }
    thead th.n button::after { position: absolute; }
    .absent { color: var(--muted); }
    .failed { color: var(--invalid); font-weight: 600; }
    .heat b { font-size: 15.5px; font-weight: 620; }
    .heat small { color: color-mix(in oklab, var(--ink) 84%, var(--paper)); }
    .heat[style] {
      background: color-mix(in oklab, var(--h) calc(var(--v) * var(--tint)), var(--paper));
      print-color-adjust: exact; -webkit-print-color-adjust: exact;
    }
    .void { background: repeating-linear-gradient(135deg, var(--panel) 0 6px, var(--paper) 6px 12px); }
    .void b { color: var(--muted); font-weight: 500; }
    .dagger { display: block; font-size: 11px; color: var(--caution); font-weight: 600; }
    .who { display: block; position: relative; padding-left: 16px; }
    .who::before {
      content: ""; position: absolute; left: 0; top: 0.45em; width: 9px; height: 9px; border-radius: 3px;
      background: var(--c); print-color-adjust: exact; -webkit-print-color-adjust: exact;
    }
    tbody th small { padding-left: 16px; }
    td code { white-space: nowrap; }
    thead button {
      all: unset; cursor: pointer; font: inherit; color: inherit; border-radius: 3px;
    }
    thead button::after { content: " ↕"; color: var(--muted); opacity: 0; font-weight: 400; }
    thead button:hover::after, thead button:focus-visible::after { opacity: 1; }
    th[aria-sort="descending"] button::after { content: " ↓"; opacity: 1; color: var(--accent); }
    th[aria-sort="ascending"] button::after { content: " ↑"; opacity: 1; color: var(--accent); }

    @media (max-width: 640px) {
      body { padding: 0 14px 30px; font-size: 14.5px; }
      .masthead { padding-top: 18px; }
      th, td { padding: 6px 9px; }
      tbody th { min-width: 112px; max-width: 40vw; font-size: 13.5px; }
      .facts { gap: 8px 22px; }
      .tiles { grid-template-columns: 1fr 1fr; }
      .tile { padding: 11px 13px; } .tile-value { font-size: 23px; }
    }
    @media print {
      :root { --paper: #fff; --panel: #f5f5f2; --ink: #000; --muted: #444; --rule: #ccc; }
      body { max-width: none; padding: 0; font-size: 10.5pt; }
      nav, .skip { display: none; }
      .scroll { overflow: visible; } section { break-inside: auto; } tr { break-inside: avoid; }
      tbody tr > :first-child, .corner { position: static; }
      h2, h3, h4 { break-after: avoid; }
    }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    """
}
