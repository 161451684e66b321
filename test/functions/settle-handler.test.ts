/** What the deployed settle counts when it fails: the only thing that turns back a release of it that fails every message. */
import { afterEach, expect, it, vi } from 'vitest'
import { handler } from '#functions/settle/handler.ts'
import { variablesOf } from '#shared/operations.ts'
import { METRIC_NAMESPACE } from '#shared/metrics.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { capturedLines } from '#test/support/captured-lines.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const batch = { Records: [{ messageId: 'm1', body: 'not ours' }] }

/** What is checked before anything else. */
const CHECKED: Readonly<Record<string, string>> = {
  WXPAY_MCHID: '1900000109',
  WXPAY_ORDER_FORM: '1',
  WXPAY_REFUND_RULES: '{}',
}

it('a release without its environment fails the invocation, which Lambda counts', async () => {
  capturedLines()
  for (const name of variablesOf('settle')) vi.stubEnv(name, '')
  await expect(handler(batch, lambdaContext())).rejects.toThrow('WXPAY_STAGE is missing')
})

it('a message that goes back to the queue is counted under the stage and the function', async () => {
  const lines = capturedLines()
  for (const name of variablesOf('settle')) vi.stubEnv(name, CHECKED[name] ?? `the ${name}`)
  expect(await handler(batch, lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] })
  const counted = lines.map((line): object => JSON.parse(line)).filter((line) => '_aws' in line)
  expect(counted).toEqual([
    expect.objectContaining({ stage: 'the WXPAY_STAGE', function_name: 'settle', FactFailed: 1 }),
  ])
  expect(JSON.stringify(counted)).toContain(`"Namespace":"${METRIC_NAMESPACE}"`)
})
