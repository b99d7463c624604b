/// What pages do besides being read. Each part is on its own: none needs another.
enum PageScript {
  /// Sorts a table by the column whose head was pressed: numbers by value, text by text, what is missing last.
  static let tables: StaticString = """
    for (const table of document.querySelectorAll("table.sortable")) {
      const body = table.tBodies[0];
      for (const button of table.querySelectorAll("thead button")) {
        button.addEventListener("click", () => {
          const head = button.closest("th");
          // Heads of groups push the columns of the second row one to the right of the spanning corner.
          const inSecondRow = head.parentElement !== table.tHead.rows[0];
          const column = head.cellIndex + (inSecondRow ? 1 : 0);
          const descending = head.getAttribute("aria-sort") !== "descending";
          for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
          head.setAttribute("aria-sort", descending ? "descending" : "ascending");
          const value = row => {
            const cell = row.cells[column];
            const text = cell.dataset.v ?? cell.textContent.trim();
            const number = Number(text);
            if (text === "" || text === "–" || cell.classList.contains("absent")) return null;
            return Number.isNaN(number) ? text : number;
          };
          const rows = [...body.rows].map(row => [value(row), row]);
          rows.sort(([a], [b]) => {
            if (a === null || b === null) return (a === null) - (b === null);
            const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
            return descending ? -order : order;
          });
          body.append(...rows.map(([, row]) => row));
        });
      }
    }
    """

  /// What is folded is printed too, and folded again.
  static let printing: StaticString = """
    let folded = [];
    addEventListener("beforeprint", () => {
      folded = [...document.querySelectorAll("details:not([open])")];
      for (const part of folded) part.open = true;
    });
    addEventListener("afterprint", () => { for (const part of folded) part.open = false; });
    """

  /// Shows the drawings whose name holds the words that were typed, and those with steps alone if that is asked.
  static let filter: StaticString = """
    for (const bar of document.querySelectorAll(".filter")) {
      const [words, steps] = bar.querySelectorAll("input"), shown = bar.querySelector(".shown");
      const charts = [...document.getElementById(bar.dataset.for).children];
      const apply = () => {
        const wanted = words.value.toLowerCase().split(" ").filter(word => word);
        let count = 0;
        for (const chart of charts) {
          const fits = wanted.every(word => chart.dataset.name.includes(word)) && (!steps.checked || chart.dataset.steps !== "0");
          chart.hidden = !fits;
          if (fits) count++;
        }
        shown.textContent = count === charts.length ? "" : `${count} of ${charts.length}`;
      };
      words.addEventListener("input", apply);
      steps.addEventListener("change", apply);
      bar.hidden = false;
    }
    """
}
