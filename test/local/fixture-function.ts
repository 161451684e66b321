/** The function of the fixture, in plain JavaScript, as its bundle holds it. */

/** What the function does is in the event: `{ do: … }` itself, the body of an HTTP request, or that of each SQS message. */
export const FUNCTION_CODE = `
let calls = 0
const started = Date.now() + '-' + process.pid
const act = async (command, event, context) => {
  switch (command.do) {
    case 'echo': return event
    case 'env': return process.env
    case 'whoami': return { pid: process.pid, started, calls, requestId: context.awsRequestId, remaining: context.getRemainingTimeInMillis(), context: JSON.parse(JSON.stringify(context)) }
    case 'answer': return command.answer
    case 'log': console.log(command.line); return null
    case 'wait': return await new Promise((resolve) => setTimeout(resolve, command.ms, { waited: command.ms, pid: process.pid }))
    case 'throw': { const error = new TypeError(command.message); throw error }
    case 'exit': process.exit(command.code)
    case 'kill-self': process.kill(process.pid, 'SIGKILL'); return await new Promise(() => {})
    case 'reject-later': setTimeout(() => Promise.reject(new Error('outside')), 1); return await new Promise(() => {})
    case 'resident': { globalThis.kept = []; for (;;) { globalThis.kept.push(Buffer.alloc(4 << 20, 1)); await new Promise((r) => setTimeout(r, 5)) } }
    case 'heap': { const kept = []; for (;;) kept.push(new Array(1000).fill(Math.random())) }
    case 'big': return 'x'.repeat(7 * 1024 * 1024)
    default: return null
  }
}
const parse = (text) => { try { return JSON.parse(text) } catch { return {} } }
exports.handler = async (event, context) => {
  calls++
  if (event.Records) {
    console.log('batch ' + JSON.stringify(event.Records.map((r) => r.body)))
    const batchItemFailures = []
    for (const record of event.Records) {
      const command = parse(record.body)
      if (command.do === 'fail') batchItemFailures.push({ itemIdentifier: record.messageId })
      else if (command.do === 'malformed') return { batchItemFailures: [{ itemIdentifier: '' }] }
      else if (command.do === 'log-record') console.log('record ' + JSON.stringify(record))
      else await act(command, event, context)
    }
    return { batchItemFailures }
  }
  if (event['detail-type']) { console.log('scheduled ' + JSON.stringify(event)); if (process.env.FAIL_SCHEDULED) throw new Error('scheduled failure'); return null }
  if (event.requestContext) return act(event.body ? parse(event.isBase64Encoded ? Buffer.from(event.body, 'base64') : event.body) : { do: 'echo' }, event, context)
  return act(event, event, context)
}
exports.withCallback = (event, context, callback) => callback(null, 1)
`
