extension PageStyle {
  /// Drawings, pictures, definitions.
  static let charts: StaticString = """
    .charts { display: grid; align-items: start; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); gap: 14px; margin-bottom: 22px; }
    .chart { margin: 0; padding: 12px 14px 8px; border: 1px solid var(--rule); border-radius: 10px; break-inside: avoid; }
    .charts.wide { grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
    .charts.wide > .chart:only-child { max-width: 660px; }
    .chart figcaption small { display: block; }
    .chart figcaption { font-size: 13px; font-weight: 600; margin-bottom: 6px; }
    .chart svg { display: block; width: 100%; height: auto; overflow: visible; }
    svg text { font-family: inherit; font-size: 11px; fill: var(--ink); font-variant-numeric: tabular-nums; }
    svg .tick { fill: var(--muted); font-size: 10.5px; }
    svg .label { font-size: 11.5px; } svg .value { font-size: 11.5px; font-weight: 600; }
    .grid { stroke: var(--rule); stroke-width: 1; } .axis { stroke: var(--strong); stroke-width: 1; }
    .chance { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 3 3; }
    .curve { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
    .mark { fill: var(--c); stroke: var(--paper); stroke-width: 1; }
    .hollow { fill: var(--paper); stroke: var(--c); stroke-width: 2; }
    .undecided { fill: var(--muted); opacity: 0.16; }
    .band { fill: var(--c); opacity: 0.15; } .bar { fill: var(--c); opacity: 0.78; }
    .band-line { stroke: var(--c); stroke-width: 8; opacity: 0.25; stroke-linecap: round; }
    .fall { stroke: var(--c); stroke-width: 2.2; }
    .whisker { stroke: var(--ink); stroke-width: 1.2; opacity: 0.75; }
    .legend { display: flex; flex-wrap: wrap; gap: 6px 20px; list-style: none; margin: 0 0 14px; padding: 0; font-size: 13px; }
    .legend li { display: flex; align-items: center; gap: 7px; }

    details { margin: 0 0 12px; }
    summary { cursor: pointer; font-weight: 600; padding: 6px 0; }
    summary small { margin-left: 8px; }
    .strip-group { border-top: 1px solid var(--rule); margin: 0; padding: 4px 0; }
    .strips { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); gap: 14px; margin-bottom: 16px; }
    .strip { background: var(--panel); border-radius: 10px; padding: 10px; break-inside: avoid; }
    .pictures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; }
    .pictures.four { grid-template-columns: repeat(4, 1fr); }
    .pictures figure { margin: 0; min-width: 0; }
    .pictures img { display: block; width: 100%; height: auto; border-radius: 5px; background: var(--rule); }
    .pixels { image-rendering: pixelated; }
    .pictures figcaption { font-size: 11.5px; color: var(--muted); padding-top: 3px; line-height: 1.3; }
    .no-picture {
      font-size: 11px; color: var(--muted); border: 1px dashed var(--strong); border-radius: 5px; padding: 8px;
      aspect-ratio: 1; overflow: hidden;
    }
    .strip-caption { margin: 8px 2px 0; font-size: 12.5px; line-height: 1.4; }
    .change { font-weight: 650; white-space: nowrap; }
    .flag { font-size: 11px; border: 1px solid var(--strong); border-radius: 9px; padding: 0 7px; margin-left: 5px; }

    .terms { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr)); gap: 14px 30px; margin: 0; }
    .terms dt { font-weight: 600; } .terms dt code { color: var(--muted); font-weight: 400; margin-left: 8px; }
    .terms dd { margin: 1px 0 0; font-size: 14px; } .terms dd small { display: block; }
    pre { background: var(--panel); border-radius: 8px; padding: 12px 14px; overflow-x: auto; overflow-wrap: normal; }
    .command { border-left: 4px solid var(--accent); }
    .hash { font-size: 12px; color: var(--muted); margin: 4px 0; }
    """
}
