/** What a list is narrowed down to. It stands in the address, so that it can be kept and sent. */
import type { ComponentChildren } from 'preact'
import { useTexts } from '../language.tsx'
import { address, type Route } from '../route.ts'

interface FilterProps {
  readonly route: Route
  readonly children: ComponentChildren
}

/** Every field named in it becomes a parameter when it changes; pressing Enter does the same. */
export function Filter({ route, children }: FilterProps) {
  const texts = useTexts()
  const apply = (form: HTMLFormElement) => {
    const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, textOf(value)]))
    location.hash = address(route.page, undefined, given)
  }
  return (
    <search key={route.page}>
      <form
        class="filter"
        onSubmit={(event) => {
          event.preventDefault()
          apply(event.currentTarget)
        }}
        onChange={(event) => apply(event.currentTarget)}
      >
        {children}
        <button type="submit">{texts.search}</button>
      </form>
    </search>
  )
}

interface FieldProps {
  readonly label: string
  readonly name: string
  readonly value: string
}

/** For numbers and words. */
export function SearchField({ label, name, value, hint }: FieldProps & { readonly hint: string }) {
  return (
    <label class="wide">
      {label}
      <input type="search" name={name} defaultValue={value} placeholder={hint} autoComplete="off" />
    </label>
  )
}

export function DayField({ label, name, value }: FieldProps) {
  return (
    <label>
      {label}
      <input type="date" name={name} defaultValue={value} />
    </label>
  )
}

export function ChoiceField({
  label,
  name,
  value,
  choices,
}: FieldProps & { readonly choices: Readonly<Record<string, string>> }) {
  const texts = useTexts()
  return (
    <label>
      {label}
      <select name={name} defaultValue={value}>
        <option value="">{texts.all}</option>
        {Object.entries(choices).map(([choice, text]) => (
          <option key={choice} value={choice} selected={choice === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The path of a list with the parameters of the address that it knows. */
export function listPath(path: string, { query }: Route, names: readonly string[]): string {
  const given = names.flatMap((name) => {
    const value = query.get(name)
    return value ? [[name, value]] : []
  })
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

const textOf = (value: FormDataEntryValue): string => (typeof value === 'string' ? value.trim() : '')
