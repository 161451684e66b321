/** After `npm run cost`: writes docs/zh-CN/cost.md from docs/cost.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { chineseDigest } from './cost-digest.ts'

writeFileSync('docs/zh-CN/cost.md', chineseDigest(readFileSync('docs/cost.md', 'utf8')))
