/** docs/performance.md, and the table that the terminal gets. */
import { cpus } from 'node:os'
import { meets, printed } from './figure.ts'
import type { Figure, Section } from './figure.ts'

const HEAD = `# How fast it is

Written by \`npm run bench\`, which measures on the machine that it runs on and writes what it finds; nothing fails because it is slow.
\`npm run bench -- --check\` compares the medians with the targets below and fails when one is missed. Change nothing here by hand.

Times differ from machine to machine, so most figures are ratios: both sides run in turns, round by round, in one process or in
pairs of processes, and each round gives one ratio. The table has the least, the median and the greatest of them.`

export function performancePage(sections: readonly Section[]): string {
  const where = `Measured with Node.js ${process.versions.node}, ${process.arch}, on ${cpus().length} cores.`
  return `${[HEAD, where, ...sections.map(sectionText)].join('\n\n')}\n`
}

function sectionText({ title, about, figures, notes }: Section): string {
  return [`## ${title}`, ...about, tableOf(figures), ...notes].join('\n\n')
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
