/** Runs tasks that name the same key one after the other, in the order of arrival, and all others side by side. */
export interface KeyLocks {
  /** Waits for every earlier task that named one of the keys. */
  run<Result>(keys: readonly string[], task: () => Promise<Result>): Promise<Result>
}

export function createKeyLocks(): KeyLocks {
  const tails = new Map<string, Promise<unknown>>()
  return {
    run(keys, task) {
      const result = Promise.all(keys.flatMap((key) => tails.get(key) ?? [])).then(task)
      const tail = result.then(
        () => release(),
        () => release(),
      )
      // All keys are taken in one step, so two tasks can never wait for each other.
      for (const key of keys) tails.set(key, tail)
      const release = () => {
        for (const key of keys) if (tails.get(key) === tail) tails.delete(key)
      }
      return result
    },
  }
}
