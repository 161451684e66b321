import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TEXTS } from '#console/page/texts/languages.ts'
import { wordFor } from '#console/page/texts/texts.ts'
import { readGlossary, strayWords } from '#test/docs/glossary.ts'
import { FAULT_KINDS } from './simulator-fixture.ts'

const glossary = readGlossary(readFileSync(join(import.meta.dirname, '../../docs/glossary.md'), 'utf8'))

/** Every text with the way to it; what is told of something is told of an example. */
function textsIn(value: unknown, path = ''): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, String(value(2, 1, 'x'))]]
  return Object.entries(value ?? {}).flatMap(([key, inner]) => textsIn(inner, `${path}.${key}`))
}

const english = textsIn(TEXTS.en)
const chinese = textsIn(TEXTS['zh-CN'])

describe('the texts', () => {
  it('are there in both languages, none of them empty', () => {
    expect(chinese.map(([path]) => path)).toEqual(english.map(([path]) => path))
    expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('are not English in Chinese, but for what is the same in both', () => {
    const same = chinese.filter(([path, text]) => !/\p{Script=Han}/u.test(text) && path !== '')
    expect(same.map(([path]) => path)).toEqual(['.none'])
  })

  it('keep to the glossary', () => {
    const all = (texts: typeof english) => texts.map(([, text]) => text).join('\n')
    expect(strayWords(all(english), glossary.forbidden.en)).toEqual([])
    expect(strayWords(all(chinese), glossary.forbidden.zh)).toEqual([])
  })

  it.each(['en', 'zh-CN'] as const)('name every fault of the simulator (%s)', (language) => {
    const { fault } = TEXTS[language].simulator
    expect(Object.keys(fault).toSorted()).toEqual(FAULT_KINDS.map(({ kind }) => kind).toSorted())
  })
})

describe('a word that no table has', () => {
  it.each(['NEW_STATE', 'toString', 'constructor'])('is shown as it is: %s', (word) => {
    expect(wordFor({ known: 'a text' }, word)).toBe(word)
  })
})
