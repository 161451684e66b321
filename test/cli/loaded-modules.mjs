/** Preloaded with `--import`: writes the address of each module that a program loads to standard error, one a line, as it ends. */
import { registerHooks } from 'node:module'

const loaded = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
process.on('exit', () => process.stderr.write(`${loaded.join('\n')}\n`))
