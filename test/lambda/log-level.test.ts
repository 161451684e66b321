import { afterEach, describe, expect, it, vi } from 'vitest'
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { LOG_LEVEL_VARIABLE } from '#shared/operations.ts'
import { capturedLines } from '#test/support/captured-lines.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** The levels that a function logs when its environment says so. */
function logged(level: string | undefined): readonly string[] {
  const lines = capturedLines()
  const logger = functionLogger('settle', { [LOG_LEVEL_VARIABLE]: level }).with({ route: 'x' })
  logger.debug('DEBUG')
  logger.info('INFO')
  logger.warn('WARN')
  logger.error('ERROR')
  return lines.map((line) => (JSON.parse(line) as { level: string }).level)
}

describe('the log level of the stage', () => {
  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    // No payment stops for a level that is none.
    ['', ['info', 'warn', 'error']],
    ['verbose', ['info', 'warn', 'error']],
    [undefined, ['info', 'warn', 'error']],
  ])('%s logs %j', (level, levels) => {
    expect(logged(level)).toEqual(levels)
  })

  it('does not touch metrics, which alarms are made of', () => {
    const lines = capturedLines()
    functionLogger('settle', { [LOG_LEVEL_VARIABLE]: 'error' }).info('SETTLED')
    functionMetrics('settle', { WXPAY_STAGE: 'test' }).put('FactFailed')
    expect(lines).toHaveLength(1)
  })
})
