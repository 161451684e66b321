import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CONNECTION_FAULTS } from '#shared/connection-fault.ts'

const read = (page: string) => readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')

describe('what to do about each fault of a connection', () => {
  it.each(['runbook.md', 'zh-CN/runbook.md'])('is in a row of %s', (page) => {
    const rows = read(page)
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    const named = rows.flatMap((row) => row.split('|')[1]?.match(/(?<=`)[a-z_]+(?=`)/g) ?? [])
    expect(CONNECTION_FAULTS.filter((fault) => !named.includes(fault))).toEqual([])
  })

  it.each(['cli.md', 'zh-CN/cli.md'])('is named in %s', (page) => {
    const text = read(page)
    expect(CONNECTION_FAULTS.filter((fault) => !text.includes(`\`${fault}\``))).toEqual([])
  })
})
