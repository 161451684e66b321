import stringWidth from 'string-width'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checksText, fail, ok } from '#cli/stack/check.ts'
import { fields, table } from '#cli/terminal/output.ts'
import { jsonText, Styled, withoutNoise } from '#cli/terminal/style.ts'
import type { Terminal } from '#cli/terminal/terminal.ts'
import { beginWork } from '#cli/terminal/work.ts'
import { createShell } from './shell.ts'

const plain = (text: string, colours = false) => {
  let out = ''
  const terminal = { colours: { out: colours, err: colours }, out: (said: string) => (out += said) }
  withoutNoise(terminal as unknown as Terminal).out(text)
  return out
}

describe('tables', () => {
  it('line up where Chinese and Latin stand in one column', () => {
    const rows = [
      ['张三', '退款', 'x'],
      ['ann', 'hold', 'y'],
      ['李四四', 'dismiss', 'z'],
    ]
    const lines = plain(table(['BY', '动作', 'NOTE'], rows)).split('\n')
    const last = lines.map((line) => stringWidth(line.slice(0, line.search(/NOTE|[xyz]$/))))
    expect(last).toEqual([17, 17, 17, 17].map(() => last[0]))
    expect(
      plain(checksText([ok('钥匙', 'a'), fail('key', 'b', 'c')]))
        .split('\n')
        .slice(0, 2),
    ).toEqual(['ok    钥匙  a', 'fail  key   b'])
  })

  it('and details show what would steer a terminal, and do not obey it', () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007tea\n\u009b31m'
    const shown = String.raw`\x1b[2J\x1b]0;owned\x07tea\x0a\x9b31m`
    expect(table(['NOTE'], [[evil]])).toContain(shown)
    expect(fields({ note: evil, by: new Styled('red', evil) }).split(shown)).toHaveLength(3)
    // What only looks like a cell that stands out is text.
    expect(fields({ note: { style: 'red', text: 'tea' } })).toBe('note  {"style":"red","text":"tea"}')
  })
})

describe('JSON', () => {
  it('is text that no terminal obeys, and says the same', () => {
    const value = { note: 'tea\u009b31m\u007f\u001b[2J\n' }
    expect(jsonText(value, 0)).toBe(String.raw`{"note":"tea\u009b31m\u007f\u001b[2J\n"}`)
    expect(JSON.parse(jsonText(value))).toEqual(value)
  })
})

describe('colours', () => {
  it('are shown by a terminal that has them, and taken out everywhere else', async () => {
    const text = table(['A'], [[new Styled('green', 'b')]])
    expect([plain(text, true), plain(text)]).toEqual(['\u001b[1mA\u001b[22m\n\u001b[32mb\u001b[39m', 'A\nb'])
    const wxpay = createShell('/')
    expect((await wxpay(['bogus'])).err).toMatch(/^error: /)
    expect((await wxpay(['bogus'], { colours: true })).err).toContain('\u001b[31merror:\u001b[39m ')
    expect((await wxpay(['bogus', '--json'], { colours: true })).out).not.toContain('\u001b')
  })
})

describe('a command that takes its time', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const given = (said: string[]): Terminal => ({
    interactive: true,
    colours: { out: false, err: false },
    out: (text) => void said.push(text),
    err: (text) => void said.push(text),
    ask: (question) => new Promise((resolve) => setTimeout(() => resolve(question), 60_000)),
    quietly: (waiting) => waiting(),
    readInput: async () => Buffer.of(),
  })
  const clock = { now: () => Date.now() }

  it('says so after two seconds of silence, then ever more rarely, and no more when it has ended', () => {
    const said: string[] = []
    const { terminal, end } = beginWork(given(said), 'wxpay reconcile run', clock)
    vi.advanceTimersByTime(1999)
    terminal.err('asking\n')
    vi.advanceTimersByTime(1999)
    expect(said).toEqual(['asking\n'])
    vi.advanceTimersByTime(16_000)
    expect(said.slice(1)).toEqual([
      'wxpay reconcile run is still at work, 4 s\n',
      'wxpay reconcile run is still at work, 8 s\n',
      'wxpay reconcile run is still at work, 16 s\n',
    ])
    end()
    vi.advanceTimersByTime(600_000)
    expect(said).toHaveLength(4)
  })

  it('says nothing while a person is asked, or silence is as it should be', async () => {
    const said: string[] = []
    const { terminal, end } = beginWork(given(said), 'wxpay setup', clock)
    const asked = terminal.ask('Go on?')
    const waited = terminal.quietly(() => new Promise((resolve) => setTimeout(resolve, 90_000)))
    await vi.advanceTimersByTimeAsync(89_000)
    expect(said).toEqual([])
    await vi.advanceTimersByTimeAsync(4000)
    await Promise.all([asked, waited])
    expect(said).toEqual(['wxpay setup is still at work, 92 s\n'])
    end()
  })
})
