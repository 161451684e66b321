/** The queue of facts, its client loaded with the first fact: whoever mostly learns nothing new does not read it. */
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import { lazy } from '#shared/lazy.ts'
import { factPorts } from './fact-ports.ts'

interface RecordingEnvironment {
  readonly FACTS_TABLE_NAME: string
  readonly FACT_QUEUE_URL: string
}

/** As `recordingPorts`; nothing of SQS is read here. */
export function laterRecording(env: RecordingEnvironment) {
  const loaded = lazy(async () => {
    const { recordingPorts } = await import('#shared/lambda/queue-ports.ts')
    return recordingPorts(env).dispatcher
  })
  const dispatcher: Dispatcher = { dispatch: async (...fact) => (await loaded()).dispatch(...fact) }
  return { ...factPorts(env), dispatcher }
}
