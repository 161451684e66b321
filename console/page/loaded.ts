/** Answers of the server in components: loaded when shown, again when asked, and by themselves where that costs nothing. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ConsoleProblem, Listing } from '#console/contract.ts'
import { get, problemOf } from './api.ts'

export interface Loaded<Answer> {
  /** The last answer that came, kept while a newer one is fetched. */
  readonly answer: Answer | undefined
  readonly problem: ConsoleProblem | undefined
  readonly isLoading: boolean
  readonly reload: () => void
  /** Puts an answer in place that came from another call. */
  readonly set: (answer: Answer) => void
}

interface Held<Answer> {
  readonly path: string
  readonly answer?: Answer | undefined
  readonly problem?: ConsoleProblem | undefined
  readonly isLoading: boolean
}

/** @param everyMs fetches anew that often while the page is seen; undefined: only when asked. */
export function useLoaded<Answer>(path: string, everyMs?: number): Loaded<Answer> {
  const [held, setHeld] = useState<Held<Answer>>({ path, isLoading: true })
  const [turn, setTurn] = useState(0)
  const reload = () => setTurn((last) => last + 1)
  useEffect(() => {
    const ending = new AbortController()
    setHeld((last) => (last.path === path ? { ...last, isLoading: true } : { path, isLoading: true }))
    get<Answer>(path, ending.signal).then(
      (answer) => setHeld({ path, answer, isLoading: false }),
      (error: unknown) => {
        if (ending.signal.aborted) return
        setHeld((last) => ({ path, answer: last.answer, problem: problemOf(error), isLoading: false }))
      },
    )
    return () => ending.abort()
  }, [path, turn])
  // An answer that takes longer than that is waited for.
  useEvery(everyMs, () => {
    if (!held.isLoading) reload()
  })
  const current: Held<Answer> = held.path === path ? held : { path, isLoading: true }
  return {
    answer: current.answer,
    problem: current.problem,
    isLoading: current.isLoading,
    reload,
    set: (answer) => setHeld({ path, answer, isLoading: false }),
  }
}

export interface LoadedList<Entry> extends Omit<Loaded<Listing<Entry>>, 'answer' | 'set'> {
  readonly entries: readonly Entry[] | undefined
  /** Fetches the next page, where there is one. */
  readonly more: (() => void) | undefined
}

/** A list and the pages that were asked for after the first; it is fetched anew by itself as long as there is only one. */
export function useList<Entry>(path: string, everyMs?: number): LoadedList<Entry> {
  const [further, setFurther] = useState<Further<Entry>>(NOTHING)
  const isFirst = further.path !== path || further.entries.length === 0
  const { answer, problem, isLoading, reload } = useLoaded<Listing<Entry>>(
    path,
    isFirst ? everyMs : undefined,
  )
  const next = isFirst ? answer?.next : further.next
  const fetchMore = (from: string) => {
    const before = isFirst ? [] : further.entries
    get<Listing<Entry>>(`${path}${path.includes('?') ? '&' : '?'}next=${encodeURIComponent(from)}`).then(
      (page) => setFurther({ path, entries: [...before, ...page.entries], next: page.next }),
      (error: unknown) => setFurther({ path, entries: before, next: from, problem: problemOf(error) }),
    )
  }
  return {
    entries: answer && (isFirst ? answer.entries : [...answer.entries, ...further.entries]),
    problem: problem ?? (further.path === path ? further.problem : undefined),
    isLoading,
    reload() {
      setFurther(NOTHING)
      reload()
    },
    more: next === undefined ? undefined : () => fetchMore(next),
  }
}

interface Further<Entry> {
  readonly path: string
  readonly entries: readonly Entry[]
  readonly next: string | undefined
  readonly problem?: ConsoleProblem
}

const NOTHING = { path: '', entries: [], next: undefined }

function useEvery(everyMs: number | undefined, act: () => void): void {
  const actRef = useRef(act)
  useEffect(() => {
    actRef.current = act
  })
  useEffect(() => {
    if (everyMs === undefined) return undefined
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') actRef.current()
    }, everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
}
