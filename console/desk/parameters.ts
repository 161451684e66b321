/** Parameters of the console's API, each as a text; an empty one is as good as none. */
import { invalid } from '#console/server/console-error.ts'
import { isDay } from '#shared/beijing-day.ts'

export function textIn(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name)?.trim() ?? ''
  return text === '' ? undefined : text
}

/** @throws ConsoleError for what is none of the choices. */
export function choiceIn<Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textIn(query, name)
  const choice = choices.find((each) => each === text)
  if (text !== undefined && choice === undefined)
    throw invalid(name, `must be one of ${choices.join(', ')}`, text)
  return choice
}

/** @throws ConsoleError for what is no day. */
export function dayIn(query: URLSearchParams, name: string): string | undefined {
  const text = textIn(query, name)
  if (text !== undefined && !isDay(text)) throw invalid(name, 'must be a day, as in 2026-01-31', text)
  return text
}
/** @throws ConsoleError for what is no whole number of the range. */
export function numberIn(
  query: URLSearchParams,
  name: string,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  const text = textIn(query, name)
  if (text === undefined) return otherwise
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw invalid(name, `must be a whole number from ${least} to ${most}`, text)
}
