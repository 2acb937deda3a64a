// Builds the rows from plain data. Every text is a text node; the only image source is our own spark.
function element(tag, className, text) {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text) node.textContent = text
  return node
}

function metricRow(row, choose) {
  const line = element("tr", "row")
  const head = element("th")
  head.scope = "row"
  const button = element("button")
  button.type = "button"
  button.dataset.key = row.key
  if (row.help) button.title = row.help
  button.append(element("span", "label", row.label))
  if (row.note) button.append(element("span", "note", row.note))
  head.append(button)
  line.append(head)

  const picture = element("td")
  if (row.spark.startsWith("data:image/svg+xml;")) {
    const image = element("img")
    image.alt = ""  // the row's cells carry the numbers
    image.src = row.spark
    picture.append(image)
  }
  line.append(picture)
  for (const text of row.cells) line.append(element("td", "number", text))
  line.append(element("td", "status " + row.tone, row.status))
  line.onclick = () => choose(row.key)
  return line
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const table = parentElement.querySelector("table")
  if (!table || !data) return
  const root = table.getRootNode()
  const focused = root.activeElement && root.activeElement.dataset ? root.activeElement.dataset.key : undefined
  const choose = (key) => setTriggerValue("metric", key)

  table.caption.textContent = data.alt
  const heads = data.heads.map((text, i) => {
    const head = element("th", i > 1 && i < data.heads.length - 1 ? "number" : i > 1 ? "status" : "", text)
    head.scope = "col"
    return head
  })
  table.tHead.rows[0].replaceChildren(...heads)
  const bodies = data.areas.map((area) => {
    const body = element("tbody")
    if (area.title) {
      const line = element("tr", "area")
      const head = element("th", "", area.title)
      head.colSpan = data.heads.length
      head.scope = "rowgroup"
      line.append(head)
      body.append(line)
    }
    body.append(...area.rows.map((row) => metricRow(row, choose)))
    return body
  })
  for (const old of [...table.tBodies]) old.remove()
  table.append(...bodies)
  if (focused !== undefined) {
    const again = [...table.querySelectorAll("button")].find((button) => button.dataset.key === focused)
    if (again) again.focus({ preventScroll: true })
  }
}
