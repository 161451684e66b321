/** Small parts that every page is made of. */
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { ConsoleProblem } from '#console/contract.ts'
import { dayAndTime, yuan } from '../format.ts'
import { useSpeaking, useTexts } from '../language.tsx'
import { wordFor } from '../texts/texts.ts'

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'calm'

/** A word with a colour; the colour says nothing that the word does not. */
export function Chip({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return <span class={`chip ${tone}`}>{children}</span>
}

/** Yuan for people, fen as everything here counts. */
export function Money({ fen }: { readonly fen: number | undefined }) {
  const texts = useTexts()
  if (fen === undefined) return <span class="faint">{texts.none}</span>
  return (
    <span class="money">
      {yuan(fen)} <small>{texts.fen(fen)}</small>
    </span>
  )
}

export function At({ time }: { readonly time: string | undefined }) {
  const texts = useTexts()
  if (time === undefined) return <span class="faint">{texts.none}</span>
  return (
    <time dateTime={time} title={time}>
      {dayAndTime(time)}
    </time>
  )
}

/** What a machine calls something: shown as it is, in letters that tell 0 from O. */
export function Code({ children }: { readonly children: ComponentChildren }) {
  return <code>{children}</code>
}

export function Problem({ problem }: { readonly problem: ConsoleProblem | undefined }) {
  const { language, texts } = useSpeaking()
  if (problem === undefined) return null
  const { code, detail, errors = [], request_id: request } = problem
  const known = wordFor(texts.problem.codes, code)
  const says = known === code ? saysOf(problem, language === 'zh-CN') : [known]
  return (
    <div class="problem" role="alert">
      <strong>{texts.problem.title}</strong>
      {says.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {detail !== undefined && <p>{detail}</p>}
      {errors.map(({ field, rule }) => (
        <p key={field}>
          <Code>{field}</Code> {rule}
        </p>
      ))}
      <p class="faint">
        {texts.problem.code} <Code>{code}</Code>
        {request !== undefined && (
          <>
            {' · '}
            {texts.problem.request} <Code>{request}</Code>
          </>
        )}
      </p>
    </div>
  )
}

/** What happened and what to do, in the words of whoever refused. */
function saysOf(
  { title, action, title_zh, action_zh }: ConsoleProblem,
  inChinese: boolean,
): readonly string[] {
  const said = inChinese ? [title_zh ?? title, action_zh ?? action] : [title, action]
  return said.filter((line) => line !== '')
}

interface PageHeadProps {
  readonly title: string
  readonly isLoading?: boolean
  readonly reload?: () => void
  readonly children?: ComponentChildren
}

/** The heading of a page, which also names the window. */
export function PageHead({ title, isLoading = false, reload, children }: PageHeadProps) {
  const texts = useTexts()
  useEffect(() => {
    document.title = `${title} · ${texts.name}`
  }, [title, texts])
  return (
    <div class="page-head">
      <h1>{title}</h1>
      {children}
      {reload !== undefined && (
        <button type="button" class="quiet" onClick={reload} aria-busy={isLoading}>
          {texts.refresh}
        </button>
      )}
    </div>
  )
}

/** What stands where a list or an answer is not there yet, or has nothing in it. */
export function Waiting({ isLoading }: { readonly isLoading: boolean }) {
  const texts = useTexts()
  return isLoading ? <p class="faint">{texts.loading}</p> : null
}

/** By name, in the order in which they are shown. */
export type NamedFacts = Readonly<Record<string, ComponentChildren>>

/** Names and values; what has no value is left out. */
export function Facts({ facts }: { readonly facts: NamedFacts }) {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined && value !== '')
  return (
    <dl class="facts">
      {given.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
