/** Whose orders a list is of, where the stack takes payments of several. */
import { useTexts } from '../language.tsx'
import { usePlace } from '../place.tsx'

export function ProviderField({ value }: { readonly value: string }) {
  const texts = useTexts()
  const { providers = [] } = usePlace()
  if (providers.length < 2) return null
  return (
    <label>
      {texts.provider}
      <select name="provider" defaultValue={value}>
        {providers.map((provider) => (
          <option key={provider} value={provider} selected={provider === value}>
            {texts.states.provider[provider]}
          </option>
        ))}
      </select>
    </label>
  )
}
