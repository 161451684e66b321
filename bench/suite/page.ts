/** docs/performance.md, and the table that the terminal gets. */
import { cpus } from 'node:os'
import { meets, printed } from './figure.ts'
import type { Figure, Section } from './figure.ts'

const HEAD = `# How fast it is

Written by \`npm run bench\`, which measures on the machine that it runs on and writes what it finds; nothing fails because it is slow.
\`npm run bench -- --check\` compares the medians with the targets below, measures a section that misses one once more, and fails when the
same one is missed again. Change nothing here by hand.

Times differ from machine to machine, so most figures are ratios: both sides run in turns, round by round, in one process or in
pairs of processes, and each round gives one ratio. The table has the least, the median and the greatest of them.`

/** By the name of their bench. */
export type Sections = ReadonlyMap<string, Section>

/**
 * The page with these sections in place of older ones.
 *
 * @param names of all benches, in the order of the page.
 * @param before the page as it was; what was not measured now stays as it is there.
 */
export function performancePage(names: readonly string[], sections: Sections, before = ''): string {
  const parts = names.flatMap((name) => {
    const section = sections.get(name)
    const part = section === undefined ? partIn(before, name) : partOf(name, section)
    return part === undefined ? [] : [part]
  })
  return `${[HEAD, ...parts].join('\n\n')}\n`
}

function partOf(name: string, { title, about, figures, notes }: Section): string {
  const where = `Measured with Node.js ${process.versions.node}, ${process.arch}, on ${cpus().length} cores.`
  const text = [`## ${title}`, ...about, where, tableOf(figures), ...notes].join('\n\n')
  return `${begin(name)}\n\n${text}\n\n${END}`
}

const END = '<!-- /bench -->'

function begin(name: string): string {
  return `<!-- bench ${name} -->`
}

function partIn(page: string, name: string): string | undefined {
  const start = page.indexOf(begin(name))
  return start === -1 ? undefined : page.slice(start, page.indexOf(END, start) + END.length)
}

function tableOf(figures: readonly Figure[]): string {
  return [
    '| what | min | median | max | target |',
    '| --- | ---: | ---: | ---: | --- |',
    ...figures.map((figure) => `| ${cellsOf(figure).join(' | ')} |`),
  ].join('\n')
}

function cellsOf(figure: Figure): readonly string[] {
  const { name, min, median, max, unit = '' } = figure
  const value = (number: number) => `${printed(number)}${unit === '' ? '' : ` ${unit}`}`
  return [name, value(min), value(median), value(max), targetText(figure)]
}

function targetText({ target }: Figure): string {
  return target === undefined ? '' : `${target.is} ${printed(target.value)}`
}

/** A figure as one line. */
export function lineOf(figure: Figure): string {
  const { name, min, median, max, unit = '' } = figure
  const verdict =
    figure.target === undefined ? '' : `  ${meets(figure) ? 'met' : 'MISSED'}: ${targetText(figure)}`
  const spread = [min, median, max].map((value) => printed(value).padStart(8)).join(' ')
  return `${name.padEnd(64)} ${spread} ${unit.padEnd(3)}${verdict}`.trimEnd()
}
