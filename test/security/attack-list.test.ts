import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attackTable, LAST_ATTACK, listedAttacks } from './attack-list.ts'

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'security.md')
const TABLE = /(?<=<!-- attacks -->\n\n)[\s\S]*?(?=\n\n<!-- \/attacks -->)/
/** The columns without the blanks that align them. */
const compact = (table: string) => table.replaceAll(/ *\| */g, '|').replaceAll(/-+/g, '-')

describe('the attack list', () => {
  it('has one test for each number', () => {
    const numbers = Array.from({ length: LAST_ATTACK }, (_, index) => index + 1)
    expect(listedAttacks().map(({ number }) => number)).toEqual(numbers)
  })

  it('is in docs/security.md as the tests have it (UPDATE_DOCS=1 writes it)', () => {
    const text = readFileSync(DOCUMENT, 'utf8')
    if (process.env['UPDATE_DOCS'] === '1')
      writeFileSync(
        DOCUMENT,
        text.replace(TABLE, () => attackTable()),
      )
    const [table = ''] = TABLE.exec(readFileSync(DOCUMENT, 'utf8')) ?? []
    expect(compact(table)).toBe(compact(attackTable()))
  })
})
