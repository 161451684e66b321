/** The attack list as its tests have it: number, title and file, for the table in docs/security.md. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ListedAttack {
  readonly number: number
  readonly title: string
  readonly file: string
}

export const LAST_ATTACK = 77
const DIRECTORY = join(import.meta.dirname, 'attacks')
/** `it('12 …'` and the keys of `it.each`. */
const TITLE = /(?:\bit\(\s*|^ {2})(?:'(\d+) ((?:[^'\\]|\\.)*)'|"(\d+) ([^"]*)")/gm

/** Reads the tests, in the order of their numbers. */
export function listedAttacks(): readonly ListedAttack[] {
  return readdirSync(DIRECTORY)
    .flatMap((file) => {
      const source = readFileSync(join(DIRECTORY, file), 'utf8')
      return [...source.matchAll(TITLE)].map(([, a, b, c, d]) => ({
        number: Number(a ?? c),
        title: b ?? d ?? '',
        file,
      }))
    })
    .filter(({ number }) => number > 0)
    .toSorted((a, b) => a.number - b.number)
}

/** The rows of the table. */
export function attackTable(): string {
  const rows = listedAttacks().map(
    ({ number, title, file }) => `| ${number} | ${title} | \`attacks/${file}\` |`,
  )
  return ['| # | attack, and what is expected | test |', '| --- | --- | --- |', ...rows].join('\n')
}
