/** What scenarios do with the stack: call it as a merchant does, and wait until a fact is settled. */
import type { LocalStack } from '#local/stack-options.ts'

/** As many things go on beside one another. */
export const AT_ONCE = 4

/** What Lambda measures of an invocation comes after the line that was waited for. */
export async function lastReports(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300))
}

/** @returns the body of the answer. @throws Error when it is none of success */
export async function call(stack: LocalStack, method: string, path: string, body?: object): Promise<string> {
  const response = await fetch(stack.apiUrl + path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const answer = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${answer}`)
  return answer
}

export async function settled(stack: LocalStack, key: string): Promise<void> {
  await stack.logs.waitFor(({ line }) => line.includes('"FACT_SETTLED"') && line.includes(key), 30_000)
}

export async function eachOf(count: number, step: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await step(index)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
