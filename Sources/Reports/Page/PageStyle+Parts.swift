extension PageStyle {
  /// What only some pages or sections have: choices, pairs, boards, histories.
  static let parts: StaticString = """
    .wide { min-width: 230px; } .roomy { min-width: 130px; }
    tbody th { overflow-wrap: anywhere; } tbody th a { white-space: nowrap; }
    .tile:only-child { max-width: 440px; }
    .was { fill: none; stroke: var(--ink); stroke-width: 1; opacity: 0.7; }
    .flag { color: var(--ink); text-decoration: none; white-space: nowrap; }
    a.flag:hover { border-color: var(--accent); color: var(--accent); }
    td a.flag { margin-left: 0; }
    .terms .code { font-size: 13.5px; color: var(--ink); font-weight: 600; margin: 0 6px 0 0; }
    .warning a { color: inherit; }
    div:target { background: var(--panel); box-shadow: 0 0 0 8px var(--panel); border-radius: 2px; }
    [id^="trust-"] { scroll-margin-top: 60px; }

    .choices { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 10px 14px; margin: 0 0 14px; }
    .choices label { display: grid; gap: 3px; font-size: 12px; color: var(--muted); min-width: 0; }
    select, input[type="search"] {
      font: inherit; font-size: 14.5px; color: var(--ink); background: var(--paper); border: 1px solid var(--strong);
      border-radius: 7px; padding: 6px 9px; max-width: 100%; min-width: 0;
    }
    button.plain {
      font: inherit; font-size: 14px; color: var(--ink); background: var(--panel); border: 1px solid var(--strong);
      border-radius: 7px; padding: 6px 12px; cursor: pointer;
    }
    button.plain:hover { border-color: var(--accent); }
    select:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
    .whisk { width: 120px; height: 16px; display: block; overflow: visible; }
    .whisk .reach { stroke: var(--muted); stroke-width: 3; opacity: 0.55; stroke-linecap: round; }
    .whisk .dot { fill: var(--muted); }
    .whisk.second .dot { fill: var(--hi); } .whisk.first .dot { fill: var(--lo); }
    .whisk.second .reach { stroke: var(--hi); } .whisk.first .reach { stroke: var(--lo); }
    .left { text-align: left; white-space: normal; }
    .draw { width: 140px; vertical-align: middle; }
    #pairs-view tbody th small { padding-left: 0; }
    .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 8px 28px; }
    .side p { margin: 0 0 6px; font-size: 13.5px; color: var(--muted); }
    .side h4 { margin: 4px 0 0; }
    .side ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 5px; }
    .side li {
      font-size: 12px; background: var(--panel); border-radius: 6px; padding: 3px 8px; display: flex; align-items: center;
      gap: 6px; max-width: 100%;
    }
    .reasons { font-size: 13.5px; color: var(--muted); padding-left: 20px; margin: 0 0 14px; }
    td.main { background: color-mix(in oklab, var(--accent) 9%, var(--paper)); }
    .gained { color: var(--hi); font-weight: 600; }
    .charts.board > .chart { max-width: 760px; } .charts.board { grid-template-columns: 1fr; }
    .charts.history { grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); }
    .history .chart { height: 100%; } [hidden] { display: none !important; }
    .trace { fill: none; stroke: var(--c); stroke-width: 1; opacity: 0.55; }
    .level { stroke: var(--c); stroke-width: 2.6; stroke-linecap: round; }
    .step { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 3 3; }
    .step.worse { stroke: var(--lo); } .step.better { stroke: var(--hi); }
    .step.head { fill: var(--muted); stroke: none; } .worse.head { fill: var(--lo); } .better.head { fill: var(--hi); }
    .choices .check { display: flex; align-items: center; gap: 6px; font-size: 14px; color: var(--ink); padding-bottom: 8px; }
    .choices .shown { font-size: 13px; color: var(--muted); padding-bottom: 8px; }
    .side img { width: 26px; height: 26px; border-radius: 4px; flex: none; }
    @page { size: A4 landscape; margin: 12mm; }
    @media print {
      .choices { display: none; }
      th, td { padding: 3px 6px; font-size: 8.5pt; min-width: 0; }
      thead th, td code, .wide, .roomy { white-space: normal; overflow-wrap: anywhere; min-width: 0; }
      .heat b { font-size: 9.5pt; } small, thead th small { font-size: 7pt; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 7.5pt; }
      .charts, .charts.wide { grid-template-columns: repeat(3, 1fr); }
    }
    """
}
