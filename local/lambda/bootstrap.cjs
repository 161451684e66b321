'use strict'
// The runtime inside a function's process: a client of the Lambda Runtime API, with the behaviour of the managed Node.js
// runtime. Plain CommonJS without dependencies, because its loading time is part of every cold start.
const http = require('node:http')
const path = require('node:path')
const fs = require('node:fs')

// oxlint-disable-next-line node/no-process-env -- the environment is this program's only input, as in Lambda
const env = process.env
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
const base = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`
let requestId

function send(method, route, { body, headers } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${base}/${route}`, { method, agent, headers }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }))
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

function sendError(route, error, type) {
  const known = error instanceof Error
  const body = JSON.stringify({
    errorType: type ?? (known ? error.name : typeof error),
    errorMessage: known ? error.message : String(error),
    trace: known ? (error.stack ?? '').split('\n') : [],
  })
  process.stderr.write(`${new Date().toISOString()}\t${requestId ?? 'undefined'}\tERROR\t${body}\n`)
  const headers = { 'content-type': 'application/json', 'lambda-runtime-function-error-type': 'Unhandled' }
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
  for (;;) {
    const { headers, body } = await send('GET', 'invocation/next')
    requestId = headers['lambda-runtime-aws-request-id']
    let answer
    try {
      answer = JSON.stringify((await handler(JSON.parse(body), contextOf(headers))) ?? null)
    } catch (error) {
      await sendError(`invocation/${requestId}/error`, error)
      continue
    }
    await send('POST', `invocation/${requestId}/response`, {
      body: answer,
      headers: { 'content-type': 'application/json' },
    })
  }
}

process.on('uncaughtException', (problem) => void failOutside(undefined, 129)(problem))
process.on(
  'unhandledRejection',
  (problem) => void failOutside('Runtime.UnhandledPromiseRejection', 128)(problem),
)

// The Runtime API is gone: so is whoever started this process.
run().catch(() => process.exit(1))
