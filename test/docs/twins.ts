/** Where a page and its twin in the other language differ, each with what to do about it. */
import { codesOf, readPage } from './markdown.ts'
import type { Fence, Page, Table } from './markdown.ts'

export function differencesOf(english: string, chinese: string): readonly string[] {
  const [ours, theirs] = [readPage(english), readPage(chinese)]
  return [
    ...headingDifferences(ours, theirs),
    ...tableDifferences(ours, theirs),
    ...fenceDifferences(ours, theirs),
    ...commandDifferences(ours, theirs),
    ...paragraphDifferences(ours, theirs),
  ]
}

function headingDifferences(english: Page, chinese: Page): readonly string[] {
  const longer = Math.max(english.headings.length, chinese.headings.length)
  const different = Array.from({ length: longer }, (_, index) => index).find(
    (index) => english.headings[index]?.level !== chinese.headings[index]?.level,
  )
  if (different === undefined) return []
  const [ours, theirs] = [english, chinese].map(({ headings }) => headings[different]?.text ?? 'none')
  return [
    `heading ${different + 1}: "${ours}" is not on the level of "${theirs}": add or move it in one page`,
  ]
}

function tableDifferences(english: Page, chinese: Page): readonly string[] {
  if (english.tables.length !== chinese.tables.length)
    return [`${english.tables.length} tables, and ${chinese.tables.length} in the twin: add the missing one`]
  return english.tables.flatMap((table, index) => rowDifferences(table, chinese.tables[index]!, index + 1))
}

function rowDifferences(english: Table, chinese: Table, number: number): readonly string[] {
  if (english.length !== chinese.length)
    return [`table ${number}: ${english.length} rows, and ${chinese.length} in the twin: add the missing row`]
  return english.flatMap((row, index) => {
    const twin = chinese[index]!
    if (row.length !== twin.length)
      return [`table ${number}, row ${index + 1}: ${row.length} cells, and ${twin.length} in the twin`]
    const [ours, theirs] = [row, twin].map((cells) => codesOf(cells.join(' ')).toSorted().join(' '))
    return ours === theirs
      ? []
      : [`table ${number}, row ${index + 1}: code \`${ours}\`, and \`${theirs}\` in the twin: name the same`]
  })
}

function fenceDifferences(english: Page, chinese: Page): readonly string[] {
  if (english.fences.length !== chinese.fences.length)
    return [
      `${english.fences.length} code blocks, and ${chinese.fences.length} in the twin: add the missing one`,
    ]
  return english.fences.flatMap((fence, index) => {
    const twin = chinese.fences[index]!
    if (fence.language !== twin.language)
      return [`code block ${index + 1}: ${fence.language}, and ${twin.language} in the twin`]
    const [ours, theirs] = [commandsOf(fence), commandsOf(twin)]
    const line = ours.findIndex((text, row) => text !== theirs[row])
    if (line === -1 && ours.length === theirs.length) return []
    return [
      `code block ${index + 1}: "${ours[line]}", and "${theirs[line]}" in the twin: only comments may differ`,
    ]
  })
}

/** The lines without comments; of a diagram its nodes and arrows without their labels. */
function commandsOf({ language, lines }: Fence): readonly string[] {
  if (language === 'mermaid') return lines.map(withoutLabels)
  const comment = language === 'js' || language === 'ts' ? /(?:^|\s+)\/\/ .*$/ : /(?:^|\s{2,})# .*$/
  return lines.map((line) => line.replace(comment, '')).filter((line) => line !== '')
}

function withoutLabels(line: string): string {
  return line
    .replaceAll(/-- .*? -->/g, '-->')
    .replace(/: .*$/, '')
    .replace(/^(\s*(?:alt|else|opt|participant \w+ as)) .*$/, '$1')
    .replace(/[[({].*[\])}]/, '')
    .trim()
}

/** What is to be typed, between backticks; a placeholder may be in the language of its page. */
function commandDifferences(english: Page, chinese: Page): readonly string[] {
  const [ours, theirs] = [english, chinese].map(({ prose }) => typed(prose))
  const missing = ours!.filter((command) => !theirs!.includes(command))
  const extra = theirs!.filter((command) => !ours!.includes(command))
  return [
    ...missing.map((command) => `\`${command}\` is not in the twin`),
    ...extra.map((command) => `\`${command}\` is in the twin only`),
  ]
}

function typed(prose: readonly string[]): readonly string[] {
  return codesOf(prose.join('\n'))
    .filter((code) => /^(?:npx|npm|wxpay|aws|curl|git) /.test(code))
    .map((code) => code.replaceAll(/<[^>]*>/g, '<>'))
}

/** What one language says and the other does not: each part has as many paragraphs and entries of lists. */
function paragraphDifferences(english: Page, chinese: Page): readonly string[] {
  const [ours, theirs] = [english, chinese].map(({ prose }) => countsByPart(prose))
  return ours!.flatMap(({ heading, paragraphs, entries }, index) => {
    const twin = theirs![index]
    if (twin === undefined || (twin.paragraphs === paragraphs && twin.entries === entries)) return []
    const counts = (part: typeof twin) => `${part.paragraphs} paragraphs and ${part.entries} entries of lists`
    return [`"${heading}": ${counts({ heading, paragraphs, entries })}, and ${counts(twin)} in the twin`]
  })
}

function countsByPart(prose: readonly string[]) {
  const parts = [{ heading: 'the beginning', lines: new Array<string>() }]
  for (const line of prose)
    if (/^#{1,6} /.test(line)) parts.push({ heading: line.replace(/^#+ /, ''), lines: [] })
    else parts.at(-1)!.lines.push(line)
  return parts.map(({ heading, lines }) => {
    const text = lines.join('\n').split(/\n\s*\n/)
    const paragraphs = text.filter((paragraph) => /^\s*[^\s|<]/.test(paragraph)).length
    const entries = lines.filter((line) => /^\s*(?:-|\d+\.) /.test(line)).length
    return { heading, paragraphs, entries }
  })
}
