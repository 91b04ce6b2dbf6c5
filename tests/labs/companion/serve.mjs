// SPDX-License-Identifier: GPL-3.0-or-later
// Companion's own standalone application on the loopback, where its program would listen everywhere;
// and before it, as in a deployment, a guard that wants to know who is there.
//   LAB_PORT    the port, 0 for any
//   LAB_COOKIE  without this in the cookie `session` one is sent to a page to sign in
//   LAB_API_KEY without this in the header X-Api-Key nothing is answered but 401

// Past its list of exports, which has only what is embedded.
import standalone from './node_modules/@uppy/companion/lib/standalone/index.js'
import { createServer } from 'node:http'

// As the storages that are not Amazon's want it; else every signed URL has the checksum of nothing.
const options = { s3: { awsClientOptions: { requestChecksumCalculation: 'WHEN_REQUIRED' } } }
const { app } = standalone(options)
const { LAB_PORT, LAB_COOKIE, LAB_API_KEY } = process.env

function cookies (request) {
  return (request.headers.cookie ?? '').split('; ')
}

const server = createServer((request, response) => {
  console.log(`request: ${request.method} ${request.url.split('?')[0]}`)
  if (LAB_API_KEY && request.headers['x-api-key'] !== LAB_API_KEY) {
    response.writeHead(401, { 'content-type': 'text/plain' })
    response.end('Who are you?')
  } else if (LAB_COOKIE && !cookies(request).includes(`session=${LAB_COOKIE}`)) {
    response.writeHead(302, { location: '/login' })
    response.end()
  } else {
    app(request, response)
  }
})
server.listen(Number(LAB_PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`)
})
