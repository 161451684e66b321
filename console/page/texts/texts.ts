/** What a table of texts has to have: what the English one has. */
import type { en } from './en.ts'

/** The same tree, with any text in place of the English one. */
type Translated<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Key in keyof T]: Translated<T[Key]> }

export type Texts = Translated<typeof en>

/** What a word means where a table has it, and otherwise the word itself: WeChat may say one that nobody foresaw. */
export function wordFor(table: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(table, word) ? (table[word] ?? word) : word
}
