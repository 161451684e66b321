/** A plugin of Vite: the client of this checkout under the name of its package, so that tests load the examples as they are. */
import { join } from 'node:path'
import { entrySource } from './entry.ts'

const NAME = 'wechatpay-lambda-client'
const SOURCES = join(import.meta.dirname, '..')

export const clientAsPackage = {
  name: 'client-as-package',
  enforce: 'pre' as const,
  resolveId: (id: string) => (id === NAME ? `\0${NAME}` : undefined),
  load: (id: string) => (id === `\0${NAME}` ? entrySource.replaceAll("'./", `'${SOURCES}/`) : undefined),
}
