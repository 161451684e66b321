/** One table of texts for each language. */
import type { Language } from '#console/contract.ts'
import { en } from './en.ts'
import type { Texts } from './texts.ts'
import { zh } from './zh.ts'

export const TEXTS: Readonly<Record<Language, Texts>> = { en, 'zh-CN': zh }
