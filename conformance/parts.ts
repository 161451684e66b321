/** All parts, the quick ones first. */
import { SDKS } from './clients/sdks.ts'
import { DEPLOY } from './deploy/deploy.ts'
import { LINT } from './lint/lint.ts'
import type { Part } from './part.ts'
import { STORE } from './store/store.ts'

export const PARTS: readonly Part[] = [LINT, STORE, SDKS, DEPLOY]
