/**
 * Decides whether a new version of notify may get its first call.
 *
 * It proves two things: that the verification code of this release takes a genuine notification and refuses a changed one on
 * Lambda's own Node.js, and that the new version of notify starts with its configuration, reads its platform keys and answers
 * a stale notification with 401. It does not prove that WeChat's own keys are the right ones; the alarms of the canary do that.
 */
import type { Logger } from '#shared/log.ts'
import { NOTIFY_PAYMENT_PATH } from '#shared/operations.ts'
import * as v from 'valibot'
import { GOLDEN_NOTIFICATION, type GoldenNotification } from './golden-notification.ts'
import { goldenProblem } from './golden-problem.ts'

/** What a function answered: its payload, and whether it threw. */
export interface Invoked {
  readonly failed: boolean
  readonly payload: string
}

export type ReleaseVerdict = 'Succeeded' | 'Failed'

export interface CheckReleaseDeps {
  readonly invokeNotify: (event: unknown) => Promise<Invoked>
  /** Tells CodeDeploy. */
  readonly report: (verdict: ReleaseVerdict) => Promise<void>
  readonly logger: Logger
  /** @default the one that is built in */
  readonly golden?: GoldenNotification
}

const Answer = v.object({ statusCode: v.number(), body: v.optional(v.string()) })
const Refusal = v.pipe(v.string(), v.parseJson(), v.object({ code: v.literal('FAIL') }))

/** Creates the check. It always reports: without a verdict CodeDeploy would wait for an hour. */
export function createCheckRelease(deps: CheckReleaseDeps) {
  return async (): Promise<ReleaseVerdict> => {
    const golden = deps.golden ?? GOLDEN_NOTIFICATION
    const problem = goldenProblem(golden) ?? (await notifyProblem(deps, golden))
    const verdict = problem === undefined ? 'Succeeded' : 'Failed'
    if (problem === undefined) deps.logger.info('RELEASE_CHECKED')
    else deps.logger.error('RELEASE_REFUSED', { reason: problem })
    await deps.report(verdict)
    return verdict
  }
}

async function notifyProblem(
  { invokeNotify }: CheckReleaseDeps,
  golden: GoldenNotification,
): Promise<string | undefined> {
  try {
    const { failed, payload } = await invokeNotify(staleRequest(golden))
    return failed ? 'the new version of notify threw an exception' : answerProblem(payload)
  } catch (error) {
    return `the new version of notify cannot be invoked: ${error instanceof Error ? error.message : 'unknown error'}`
  }
}

function answerProblem(payload: string): string | undefined {
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), Answer), payload)
  if (!answer.success) return 'the new version of notify gave no HTTP answer'
  const { statusCode, body } = answer.output
  if (statusCode === 503) {
    return 'the new version of notify answered 503: it cannot read its secrets or its configuration; are the secrets filled?'
  }
  if (statusCode !== 401) return `the new version of notify answered ${statusCode} instead of 401`
  return v.is(Refusal, body)
    ? undefined
    : 'the new version of notify answered 401 with another body than WeChat knows'
}

/** As API Gateway hands it over. Years old, so that it is refused whatever keys there are. */
function staleRequest({ headers, body }: GoldenNotification): unknown {
  return {
    version: '2.0',
    routeKey: `POST ${NOTIFY_PAYMENT_PATH}`,
    rawPath: NOTIFY_PAYMENT_PATH,
    rawQueryString: '',
    headers: { ...headers, 'content-type': 'application/json' },
    requestContext: { requestId: 'release-check', http: { method: 'POST', path: NOTIFY_PAYMENT_PATH } },
    body,
    isBase64Encoded: false,
  }
}
