extension HTMLReport {
  /// Sorts a table by the column whose head was pressed: numbers by value, text by text, what is missing last.
  static let script: StaticString = """
    "use strict";
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
}
