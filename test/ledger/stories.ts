/** The long form of the ledger's property: many drawn sets, with a word now and then. */
import { firstProblem } from './sets.ts'

const AT_ONCE = 5000
const TELL_EVERY_MS = 5000

/** @returns whether no set showed a problem; the first one that does is printed with its seed. */
export function playStories({ first, count }: { readonly first: number; readonly count: number }): boolean {
  const start = performance.now()
  const seconds = () => Math.round((performance.now() - start) / 1000)
  let told = start
  for (let done = 0; done < count; done += AT_ONCE) {
    const problem = firstProblem({ from: first + done, sets: Math.min(AT_ONCE, count - done) })
    if (problem !== undefined) {
      console.log(`ledger: seed ${problem.seed}: ${problem.problems.join('; ')}`)
      return false
    }
    if (performance.now() - told < TELL_EVERY_MS) continue
    told = performance.now()
    console.log(`  ledger: ${done + AT_ONCE} of ${count} sets of facts, ${seconds()} s`)
  }
  console.log(`ledger: ${count} sets of facts, each in several orders: 0 problems, ${seconds()} s`)
  return true
}
