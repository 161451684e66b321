/** Where the page is served, and what follows from it. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { About } from '#console/contract.ts'

/** Nobody pays for what is asked of a machine of one's own. */
const OFTEN_MS = 4000

const NOWHERE: About = {
  place: 'local',
  stage: '',
  mchid: '',
  write: false,
  pages: [],
  languages: [],
  version: '',
  now: '',
}

export const Place = createContext<About>(NOWHERE)

export const usePlace = (): About => useContext(Place)

/** How often a page fetches anew by itself; a deployed stack is asked when somebody asks. */
export function useOften(): number | undefined {
  return usePlace().place === 'deployed' ? undefined : OFTEN_MS
}
