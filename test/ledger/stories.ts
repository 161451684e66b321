/** The long form of the ledger's property: many drawn sets, with a word now and then. */
import { firstProblem, kindOf } from './sets.ts'
import type { SetKind } from './sets.ts'

const AT_ONCE = 5000
const TELL_EVERY_MS = 5000

/** @returns whether no set showed a problem; the first one that does is printed with its seed. */
export async function playStories({
  first,
  count,
}: {
  readonly first: number
  readonly count: number
}): Promise<boolean> {
  const start = performance.now()
  const seconds = () => Math.round((performance.now() - start) / 1000)
  let told = start
  for (let done = 0; done < count; done += AT_ONCE) {
    const problem = await firstProblem({ from: first + done, sets: Math.min(AT_ONCE, count - done) })
    if (problem !== undefined) {
      console.log(`ledger: seed ${problem.seed} (${kindOf(problem.seed)}): ${problem.problems.join('; ')}`)
      return false
    }
    if (performance.now() - told < TELL_EVERY_MS) continue
    told = performance.now()
    console.log(`  ledger: ${done + AT_ONCE} of ${count} sets of facts, ${seconds()} s`)
  }
  const of = (kind: SetKind) => howMany(kind, { first, count })
  console.log(
    `ledger: ${count} sets of facts, each in several orders: ${of('wechat')} as WeChat tells them, ${of('alipay')} as Alipay does, ` +
      `${of('unfair')} as nobody should: 0 problems, ${seconds()} s`,
  )
  return true
}

function howMany(
  kind: SetKind,
  { first, count }: { readonly first: number; readonly count: number },
): number {
  let found = 0
  for (let seed = first; seed < first + count; seed += 1) if (kindOf(seed) === kind) found += 1
  return found
}
