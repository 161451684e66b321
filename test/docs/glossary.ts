/** The glossary as a rule: which words no page may use, and which one to use instead. */
import { readPage } from './markdown.ts'

export interface Forbidden {
  readonly word: string
  readonly instead: string
}

export interface Glossary {
  readonly terms: readonly { readonly english: string; readonly chinese: string }[]
  readonly forbidden: { readonly en: readonly Forbidden[]; readonly zh: readonly Forbidden[] }
}

const IS_CHINESE = /\p{Script=Han}/u

export function readGlossary(text: string): Glossary {
  const [, ...rows] = readPage(text).tables[0] ?? []
  const forbidden = rows.flatMap(([english = '', chinese = '', , , not = '']) =>
    not
      .split(', ')
      .filter((word) => word !== '')
      .map((word) => ({ word, instead: IS_CHINESE.test(word) ? chinese : english })),
  )
  return {
    terms: rows.map(([english = '', chinese = '']) => ({ english, chinese })),
    forbidden: {
      en: forbidden.filter(({ word }) => !IS_CHINESE.test(word)),
      zh: forbidden.filter(({ word }) => IS_CHINESE.test(word)),
    },
  }
}

/** Each place where a page uses another word than the glossary's. */
export function strayWords(text: string, forbidden: readonly Forbidden[]): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      forbidden
        .filter(({ word }) => uses(line, word))
        .map(({ word, instead }) => `line ${index + 1}: "${word}": the glossary says "${instead}"`),
    )
}

function uses(written: string, word: string): boolean {
  // What stands in code is a name, and may be WeChat's.
  const line = written.replaceAll(/`[^`]*`/g, '')
  return IS_CHINESE.test(word) ? line.includes(word) : new RegExp(`\\b${word}\\b`, 'i').test(line)
}
