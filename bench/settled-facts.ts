/** Which facts are settled, seen where the requests arrive: lines of the functions tell it too, but not at every level of logs. */

export interface SettledFacts {
  observe(operation: string, body: string, status: number): void
  /** Rejects after a minute. */
  settled(factKey: string): Promise<void>
}

const LONGEST_MS = 60_000

export function createSettledFacts(): SettledFacts {
  const done = new Set<string>()
  const waiting = new Map<string, () => void>()
  return {
    observe(operation, body, status) {
      if (operation !== 'UpdateItem' || status !== 200 || !body.includes('settled_at')) return
      const { Key } = JSON.parse(body) as { readonly Key: { readonly fact_key?: { readonly S: string } } }
      const key = Key.fact_key?.S
      if (key === undefined) return
      done.add(key)
      waiting.get(key)?.()
    },
    settled(factKey) {
      if (done.has(factKey)) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${factKey} was not settled`)), LONGEST_MS)
        waiting.set(factKey, () => {
          clearTimeout(late)
          resolve()
        })
      })
    },
  }
}
