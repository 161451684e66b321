'use strict'
// A process's connection to the Lambda Runtime API: requests are written as they come, answers come back in their order.
// The client of `node:http` would take several times as long, for every invocation of every function.
const net = require('node:net')

const HEAD_END = '\r\n\r\n'

function readHeaders(head) {
  const lines = head.split('\r\n').slice(1)
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}

/** The first answer in these bytes, and where it ends; before all of it has come, only the latter as far as it is known. */
function answerIn(bytes) {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd === -1) return { end: bytes.length + 1 }
  const headers = readHeaders(bytes.latin1Slice(0, headEnd))
  const start = headEnd + HEAD_END.length
  const end = start + Number(headers['content-length'])
  return end > bytes.length ? { end } : { end, answer: { headers, body: bytes.utf8Slice(start, end) } }
}

/** Takes what comes, chunk by chunk, and gives each answer that is complete. */
function reader(give) {
  let chunks = []
  let [size, wanted] = [0, 1]
  return (chunk) => {
    chunks.push(chunk)
    size += chunk.length
    while (size >= wanted) {
      const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
      const { end, answer } = answerIn(bytes)
      wanted = answer === undefined ? end : 1
      if (answer !== undefined) give(answer)
      chunks = [answer === undefined ? bytes : bytes.subarray(end)]
      size = chunks[0].length
    }
  }
}

/**
 * Connects to `host:port/environment`.
 *
 * @returns what sends a request and resolves with its answer; it rejects when the connection has ended.
 */
function connect(address) {
  const { hostname: host, port, pathname } = new URL(`http://${address}`)
  const socket = net.connect({ host, port: Number(port), noDelay: true })
  const waiting = []
  socket.on(
    'data',
    reader((answer) => waiting.shift()?.resolve(answer)),
  )
  const fail = () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the Lambda Runtime API is gone'))
  }
  socket.on('error', fail).on('close', fail)
  return (method, route, { body = '', headers = {} } = {}) => {
    const lines = Object.entries({
      host: `${host}:${port}`,
      'content-length': Buffer.byteLength(body),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`)
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
      if (socket.destroyed) fail()
      else
        socket.write(
          `${method} ${pathname}/2018-06-01/runtime/${route} HTTP/1.1\r\n${lines.join('')}\r\n${body}`,
        )
    })
  }
}

module.exports = { connect }
