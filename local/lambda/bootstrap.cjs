'use strict'
// The runtime inside a function's process: a client of the Lambda Runtime API, with the behaviour of the managed Node.js
// runtime. Plain CommonJS without dependencies, because its loading time is part of every cold start.
const path = require('node:path')
const fs = require('node:fs')
const { connect } = require('./runtime-connection.cjs')

// oxlint-disable-next-line node/no-process-env -- the environment is this program's only input, as in Lambda
const env = process.env
const send = connect(env.AWS_LAMBDA_RUNTIME_API)
const JSON_BODY = { 'content-type': 'application/json' }
let requestId

function sendError(route, error, type) {
  const known = error instanceof Error
  const body = JSON.stringify({
    errorType: type ?? (known ? error.name : typeof error),
    errorMessage: known ? error.message : String(error),
    trace: known ? (error.stack ?? '').split('\n') : [],
  })
  process.stderr.write(`${new Date().toISOString()}\t${requestId ?? 'undefined'}\tERROR\t${body}\n`)
  const headers = { ...JSON_BODY, 'lambda-runtime-function-error-type': 'Unhandled' }
  return send('POST', route, { body, headers })
}

/** Ends the process after an error that no invocation caught, as the managed runtime does. */
function failOutside(type, exitCode) {
  return async (problem) => {
    const route = requestId === undefined ? 'init/error' : `invocation/${requestId}/error`
    await sendError(route, problem, type).catch(() => {})
    process.exit(exitCode)
  }
}

class RuntimeError extends Error {
  constructor(type, message, options) {
    super(message, options)
    this.name = type
  }
}

function loadHandler() {
  const [moduleName, exportName] = env._HANDLER.split(/\.(?=[^.]*$)/)
  const file = ['.js', '.mjs', '.cjs']
    .map((extension) => path.resolve(env.LAMBDA_TASK_ROOT, moduleName + extension))
    .find((candidate) => fs.existsSync(candidate))
  if (file === undefined)
    throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${moduleName}'`)
  const handler = require(file)[exportName]
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`)
  }
  if (handler.length > 2) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'handlers with a callback are not supported: return a promise',
    )
  }
  return handler
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms'])
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  }
}

async function run() {
  let handler
  try {
    handler = loadHandler()
  } catch (error) {
    await sendError('init/error', error)
    process.exit(1)
  }
  let { headers, body } = await send('GET', 'invocation/next')
  for (;;) {
    requestId = headers['lambda-runtime-aws-request-id']
    const told = await outcomeOf(handler, body, headers)
    // Both at once: what comes of the invocation, and that there may be another.
    ;[, { headers, body }] = await Promise.all([told(), send('GET', 'invocation/next')])
  }
}

/** Runs one invocation. @returns what tells of its outcome. */
async function outcomeOf(handler, event, headers) {
  try {
    const body = JSON.stringify((await handler(JSON.parse(event), contextOf(headers))) ?? null)
    return () => send('POST', `invocation/${requestId}/response`, { body, headers: JSON_BODY })
  } catch (error) {
    return () => sendError(`invocation/${requestId}/error`, error)
  }
}

process.on('uncaughtException', (problem) => void failOutside(undefined, 129)(problem))
process.on(
  'unhandledRejection',
  (problem) => void failOutside('Runtime.UnhandledPromiseRejection', 128)(problem),
)

// The Runtime API is gone: so is whoever started this process.
run().catch(() => process.exit(1))
