/** The language of the page: chosen by the reader, else that of the browser. */
import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { Language } from '#console/contract.ts'
import { recall, remember } from './memory.ts'
import { TEXTS } from './texts/languages.ts'
import type { Texts } from './texts/texts.ts'

interface Speaking {
  readonly language: Language
  readonly texts: Texts
  readonly speak: (language: Language) => void
}

const Spoken = createContext<Speaking>({ language: 'en', texts: TEXTS.en, speak: () => {} })

export function LanguageProvider({ children }: { readonly children: ComponentChildren }) {
  const [language, setLanguage] = useState(firstLanguage)
  const texts = TEXTS[language]
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const speak = (chosen: Language) => {
    remember('language', chosen)
    setLanguage(chosen)
  }
  return <Spoken.Provider value={{ language, texts, speak }}>{children}</Spoken.Provider>
}

export const useSpeaking = (): Speaking => useContext(Spoken)

export const useTexts = (): Texts => useSpeaking().texts

function firstLanguage(): Language {
  const wanted = recall('language') ?? navigator.language
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
