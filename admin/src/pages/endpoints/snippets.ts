/**
 * Receivers that verify the Standard Webhooks signature. They use the official library where there
 * is one, else compute HMAC-SHA256 over `id.timestamp.body` and compare with each listed signature.
 */

export interface Snippet {
  language: 'node' | 'next' | 'python' | 'go' | 'php';
  /** Name of the programming language. Not translated. */
  name: string;
  code: string;
}

const NODE = `// npm install express standardwebhooks
import express from 'express';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET); // whsec_…
const app = express();

// The signature is over the exact bytes: take the body raw, parse it after verifying.
app.post('/webhooks', express.raw({ type: '*/*' }), (request, response) => {
  let message;
  try {
    message = webhook.verify(request.body.toString('utf8'), request.headers);
  } catch {
    return response.sendStatus(401);
  }
  console.log(request.headers['webhook-id'], message.event);
  response.sendStatus(204);
});

app.listen(3000);
`;

const NEXT = `// app/api/webhooks/route.ts — npm install standardwebhooks
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET!); // whsec_…

export async function POST(request: Request) {
  const body = await request.text(); // not request.json(): the signature is over the exact bytes
  let message: { event: string };
  try {
    message = webhook.verify(body, Object.fromEntries(request.headers)) as { event: string };
  } catch {
    return new Response(null, { status: 401 });
  }
  console.log(request.headers.get('webhook-id'), message.event);
  return new Response(null, { status: 204 });
}
`;

const PYTHON = `# Standard library only. verify() raises when the message is not genuine.
import base64, hashlib, hmac, json, os, time

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_S = 300

def verify(body: bytes, headers) -> dict:
    """headers: any mapping that knows the lower-case names, e.g. Flask's request.headers."""
    message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > TOLERANCE_S:
        raise ValueError("too old")
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    for signature in headers["webhook-signature"].split():
        if hmac.compare_digest(signature, f"v1,{expected}"):
            return json.loads(body)
    raise ValueError("no matching signature")
`;

const GO = `// Standard library only. Verify returns the body when the message is genuine.
package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const tolerance = 5 * time.Minute

func Verify(request *http.Request) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(
		strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whsec_"))
	if err != nil || len(key) == 0 {
		return nil, errors.New("WEBHOOK_SECRET is missing or wrong")
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	id, timestamp := request.Header.Get("webhook-id"), request.Header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return nil, errors.New("too old")
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, signature := range strings.Fields(request.Header.Get("webhook-signature")) {
		if hmac.Equal([]byte(signature), []byte(expected)) {
			return body, nil
		}
	}
	return nil, errors.New("no matching signature")
}
`;

const PHP = `<?php
// No dependencies. Answers 401 unless the message is genuine.
const TOLERANCE_S = 300;

$secret = getenv('WEBHOOK_SECRET') ?: throw new RuntimeException('WEBHOOK_SECRET is not set');
$key = base64_decode(preg_replace('/^whsec_/', '', $secret));
$body = file_get_contents('php://input');
$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
$timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '0';
$expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));

$genuine = false;
foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $signature) {
    $genuine = $genuine || hash_equals($expected, $signature);
}
if (!$genuine || abs(time() - (int) $timestamp) > TOLERANCE_S) {
    http_response_code(401);
    exit;
}
$message = json_decode($body, true);
error_log("$id {$message['event']}");
http_response_code(204);
`;

export const SNIPPETS: readonly Snippet[] = [
  { language: 'node', name: 'Node.js', code: NODE },
  { language: 'next', name: 'Next.js', code: NEXT },
  { language: 'python', name: 'Python', code: PYTHON },
  { language: 'go', name: 'Go', code: GO },
  { language: 'php', name: 'PHP', code: PHP },
];
