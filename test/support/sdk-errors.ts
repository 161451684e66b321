/** Errors as the AWS SDK throws them where no local server can: by name, with a message that must never be repeated. */
import { createLogger } from '#shared/log.ts'
import { failureFields } from '#shared/failure-fields.ts'

/** In every message: access denied names people and resources, other messages quote what was sent. */
export const CANARY = 'canary'
const AWS_REQUEST_ID = '4ETFUBN1PAG2VVDGG5IS1CPD6NVV4KQNSO5AEMVJF66Q9ASUAAJG'

/** The name that the SDK gives the error, its HTTP status, and the action that was denied. */
export interface SdkFailure {
  readonly name: string
  readonly status: number
  readonly denied?: string
}

/** For a table of tests: each failure with its title. */
export function titled(failures: readonly SdkFailure[]) {
  return failures.map((failure) => {
    const { name, denied } = failure
    return [denied === undefined ? name : `${name} for ${denied}`, failure] as const
  })
}

interface ServiceError {
  readonly name: string
  readonly message: string
  readonly $fault: 'client' | 'server'
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string }
}

/** Makes the error of one service, from the base class of its errors. */
export function sdkError<Thrown extends Error>(
  Base: new (details: ServiceError) => Thrown,
  { name, status, denied }: SdkFailure,
): Thrown {
  const refused = `User: arn:aws:sts::000000000000:assumed-role/${CANARY} is not authorized to perform: ${denied} on resource: ${CANARY}`
  return new Base({
    name,
    message: denied === undefined ? `the service quotes ${CANARY}` : refused,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status, requestId: AWS_REQUEST_ID },
  })
}

/** The line that a frame logs about a failure. */
export function lineOf(error: unknown): Record<string, unknown> {
  const lines: string[] = []
  createLogger({ clock: { now: () => 0 }, write: (line) => void lines.push(line) }).error(
    'FAILED',
    failureFields(error),
  )
  return JSON.parse(lines[0]!)
}

/** What such a line has to say of an error of the SDK. */
export function expectedLine({ name, status, denied }: SdkFailure) {
  return {
    error_name: name,
    http_status: status,
    aws_request_id: AWS_REQUEST_ID,
    ...(denied === undefined ? {} : { denied_action: denied }),
  }
}

/** What an attempt was refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}
