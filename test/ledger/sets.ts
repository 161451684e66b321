/** Plays drawn sets of facts one after the other; each follows from its seed. */
import { alipaySide } from './alipay-side.ts'
import { playFairSet } from './fair-set.ts'
import { playUnfairSet } from './unfair-set.ts'
import { wechatSide } from './wechat-side.ts'

export interface Sets {
  readonly from: number
  readonly sets: number
}

export interface Problem {
  readonly seed: number
  readonly problems: readonly string[]
}

/** What a set is: what WeChat can really produce, what Alipay can, or what no channel should ever tell. */
const KINDS = {
  wechat: (seed: number) => playFairSet(seed, wechatSide),
  alipay: (seed: number) => playFairSet(seed, alipaySide),
  unfair: async (seed: number) => playUnfairSet(seed),
} as const

export type SetKind = keyof typeof KINDS

/** Of eight sets three are of each channel. */
const TURNS: readonly SetKind[] = [
  'unfair',
  'wechat',
  'alipay',
  'wechat',
  'unfair',
  'alipay',
  'wechat',
  'alipay',
]

export function kindOf(seed: number): SetKind {
  return TURNS[seed % TURNS.length]!
}

/** @returns undefined when no set shows a problem. */
export async function firstProblem({ from, sets }: Sets): Promise<Problem | undefined> {
  for (let seed = from; seed < from + sets; seed += 1) {
    const problems = await KINDS[kindOf(seed)](seed)
    if (problems.length > 0) return { seed, problems }
  }
  return undefined
}
