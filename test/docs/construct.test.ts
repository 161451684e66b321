/** The page of the construct has every prop and every member, in both languages. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codesOf, readPage } from './markdown.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** The body of an interface or class. */
function bodyOf(path: string, beginning: string): string {
  const [, after = ''] = read(path).split(`\nexport ${beginning} {\n`)
  return after.split('\n}\n')[0]!
}

const bodies = [
  bodyOf('infra/library/wechat-pay-props.ts', 'interface WechatPayProps extends ChannelProps'),
  bodyOf('infra/library/channel-props.ts', 'interface ChannelProps'),
]
const props = bodies.flatMap((body) => [...body.matchAll(/^ {2}readonly (\w+)/gm)])
const members = [
  ...bodyOf('infra/library/wechat-pay.ts', 'class WechatPay extends Construct').matchAll(
    /^ {2}(?:readonly )?(?!constructor)([a-z]\w+)[:(]/gm,
  ),
]
const NAMES = [...props, ...members].map(([, name]) => name!)

/** Names that stand in no first cell of a table. */
function missingFrom(page: string): readonly string[] {
  const told = readPage(page).tables.flatMap((rows) => rows.flatMap(([first = '']) => codesOf(first)))
  return NAMES.filter((name) => !told.includes(name))
}

describe.each(['docs/construct.md', 'docs/zh-CN/construct.md'])('%s', (path) => {
  it('has every prop and every member', () => {
    expect(NAMES).toEqual(
      expect.arrayContaining(['mchid', 'alipayKeysSecret', 'bundles', 'grantPay', 'metricHolds', 'events']),
    )
    expect(missingFrom(read(path))).toEqual([])
  })

  it('is missed where one is left out', () => {
    expect(missingFrom(read(path).replace(/`bundles`/, 'bundles'))).toEqual(['bundles'])
  })
})

describe('the types of the props', () => {
  const optional = ['wechat-pay-props', 'channel-props', 'grouped-props'].flatMap((name) => [
    ...read(`infra/library/${name}.ts`).matchAll(/(\/\*\*(?:(?!\*\/)[^])*\*\/)?\n +readonly (\w+)\?:/g),
  ])

  it('say the default of each that may be left out', () => {
    expect(optional.length).toBeGreaterThan(60)
    const silent = optional.filter(([, comment = '']) => !comment.includes('@default'))
    expect(silent.map(([, , name]) => name)).toEqual([])
  })
})
