/** What the reader may choose: the language and the colours. */
import { useEffect, useState } from 'preact/hooks'
import type { Language } from '#console/contract.ts'
import { useSpeaking } from '../language.tsx'
import { recall, remember } from '../memory.ts'
import { usePlace } from '../place.tsx'
import { TEXTS } from '../texts/languages.ts'

const THEMES = ['auto', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]

export function Choices() {
  const { language, texts, speak } = useSpeaking()
  const { languages } = usePlace()
  const [theme, setTheme] = useState<Theme>(firstTheme)
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  const change = (chosen: string) => {
    remember('theme', chosen)
    setTheme(themeOf(chosen))
  }
  return (
    <div class="choices">
      <div class="languages">
        {languages.map((offered: Language) => (
          <button
            key={offered}
            type="button"
            lang={offered}
            class="quiet"
            aria-pressed={offered === language}
            onClick={() => speak(offered)}
          >
            {TEXTS[offered].language}
          </button>
        ))}
      </div>
      <label>
        {texts.theme}{' '}
        <select value={theme} onChange={(event) => change(event.currentTarget.value)}>
          {THEMES.map((offered) => (
            <option key={offered} value={offered} selected={offered === theme}>
              {texts.themes[offered]}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

const themeOf = (text: string | undefined): Theme => THEMES.find((theme) => theme === text) ?? 'auto'

const firstTheme = (): Theme => themeOf(recall('theme'))
