/** What a page of the documentation is made of, as far as two languages can be compared. */

export interface Fence {
  readonly language: string
  readonly lines: readonly string[]
}

export interface Heading {
  readonly level: number
  readonly text: string
}

/** Cells by row, the header included. */
export type Table = readonly (readonly string[])[]

export interface Page {
  readonly headings: readonly Heading[]
  readonly tables: readonly Table[]
  readonly fences: readonly Fence[]
  /** All that stands outside of fences, line by line. */
  readonly prose: readonly string[]
}

export function readPage(text: string): Page {
  const fences: Fence[] = []
  const prose: string[] = []
  let open: { indent: number; language: string; lines: string[] } | undefined
  for (const line of text.split('\n')) {
    const mark = /^(\s*)```(\S*)$/.exec(line)
    if (mark !== null && open === undefined) {
      open = { indent: mark[1]!.length, language: mark[2]!, lines: [] }
    } else if (mark !== null && open !== undefined) {
      fences.push({ language: open.language, lines: open.lines })
      open = undefined
    } else if (open === undefined) prose.push(line)
    else open.lines.push(line.slice(open.indent))
  }
  return { headings: headingsOf(prose), tables: tablesOf(prose), fences, prose }
}

function headingsOf(prose: readonly string[]): readonly Heading[] {
  return prose.flatMap((line) => {
    const heading = /^(#{1,6}) (.+)$/.exec(line)
    return heading === null ? [] : [{ level: heading[1]!.length, text: heading[2]! }]
  })
}

function tablesOf(prose: readonly string[]): readonly Table[] {
  const tables: string[][][] = []
  prose.forEach((line, index) => {
    if (!line.startsWith('|')) return
    if (prose[index - 1]?.startsWith('|') !== true) tables.push([])
    tables.at(-1)!.push(cellsOf(line))
  })
  return tables.map((table) => table.filter((_, row) => row !== 1))
}

function cellsOf(row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())
}

/** Everything between backticks. */
export function codesOf(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)
}

/** The anchors that links may name: those of the headings as GitHub makes them, and those that are written out. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const slugs = readPage(text).headings.map(({ text: heading }) => slugOf(heading))
  const written = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!)
  return new Set([...slugs, ...written])
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/<[^>]+>/g, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}
