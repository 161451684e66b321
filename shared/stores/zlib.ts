/**
 * Node's zlib, loaded with the first order that is packed: a stage that packs none, and a sweep that finds nothing due, have no need
 * of it, and it takes a twentieth of an import.
 */
import { lazy } from '#shared/lazy.ts'

export const zlib = lazy(() => process.getBuiltinModule('node:zlib'))
