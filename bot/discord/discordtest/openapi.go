package discordtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// specVariable names the environment variable with the folder that holds
// discord/openapi.json.
const specVariable = "EXOBOT_TEST_DATA"

// loadSpec reads Discord's OpenAPI document, once in a process: that takes a
// fifth of a second, and a second and a half under the race detector.
var loadSpec = sync.OnceValues(func() (routers.Router, error) {
	name := filepath.Join(os.Getenv(specVariable), "discord", "openapi.json")
	doc, err := openapi3.NewLoader().LoadFromFile(name)
	if err != nil {
		return nil, err
	}
	relaxSpec(doc)
	return gorillamux.NewRouter(doc)
})

// relaxSpec mends the places where the document is stricter than Discord.
//
// There is one among the routes that are served here: the document wants
// default_member_permissions to be a number, whereas Discord documents a string
// (permission sets outgrow the numbers of JavaScript) and takes both.
//
// The rest of the document needs no mending. kin-openapi takes its OpenAPI 3.1
// as it is: nullable types written as lists, const, and unions alike. Unions
// written anyOf, which Discord means as oneOf, make the document more lenient
// than Discord in the bodies of callbacks and webhooks; the limits of this
// package cover those. Formats such as uri are not checked.
func relaxSpec(doc *openapi3.T) {
	for _, name := range []string{
		"ApplicationCommandCreateRequest", "ApplicationCommandUpdateRequest", "ApplicationCommandPatchRequestPartial",
	} {
		if schema := doc.Components.Schemas[name]; schema != nil {
			if p := schema.Value.Properties["default_member_permissions"]; p != nil {
				p.Value.Type = &openapi3.Types{"integer", "string", "null"}
			}
		}
	}
}

// specResults keeps what came of checking equal calls: a check compiles the
// route's schema anew, which takes 10 milliseconds, or 50 under the race detector.
var specResults sync.Map // from string to error

// checkAgainstSpec holds the calls that were not checked yet against Discord's
// OpenAPI document, if there is one. It runs when somebody wants to know rather
// than during the call, so as not to slow the bot down.
func (s *Server) checkAgainstSpec() {
	if os.Getenv(specVariable) == "" {
		return
	}
	s.mu.Lock()
	var calls []Call
	for _, c := range s.calls {
		if !c.checked && !c.refused && c.Status != 0 && c.Route != "" {
			c.checked = true
			calls = append(calls, *c)
		}
	}
	s.mu.Unlock()
	for _, c := range calls {
		key := strings.Join([]string{c.Method, c.Route, c.Query.Encode(), string(c.Body)}, "\n")
		result, ok := specResults.Load(key)
		if !ok {
			result, _ = specResults.LoadOrStore(key, specError{checkCall(c)})
		}
		if err := result.(specError).error; err != nil {
			s.mu.Lock()
			s.violate(Violation{Rule: RuleOpenAPI, Detail: err.Error(), Call: c})
			s.mu.Unlock()
		}
	}
}

// specError is an error, or none, as a value in a map.
type specError struct{ error }

// checkCall holds one call against the document: its path, its query and its
// body. A form with files is checked by its part payload_json, because the
// document describes the fields of a form but not that part.
func checkCall(c Call) error {
	router, err := loadSpec()
	if err != nil {
		return err
	}
	url := "https://discord.com/api/v10" + c.Path
	if len(c.Query) > 0 {
		url += "?" + c.Query.Encode()
	}
	r, err := http.NewRequest(c.Method, url, bytes.NewReader(c.Body))
	if err != nil {
		return err
	}
	if len(c.Body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	route, params, err := router.FindRoute(r)
	if err != nil {
		return fmt.Errorf("%s %s: %w", c.Method, c.Path, err)
	}
	err = openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
	return readable(err)
}

// readable cuts a validation error, which lists what every branch of every
// union has against the body, down to the branches that were meant.
func readable(err error) error {
	if err == nil {
		return nil
	}
	where := ""
	if request, ok := errors.AsType[*openapi3filter.RequestError](err); ok && request.Parameter != nil {
		where = fmt.Sprintf("parameter %q in %s: ", request.Parameter.Name, request.Parameter.In)
	}
	var texts []string
	for _, f := range findings(err) {
		if text := f.path + f.text; !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if texts == nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		texts = []string{first}
	}
	return errors.New(where + strings.Join(texts, "; "))
}

// A finding is one thing wrong at one place of the body.
type finding struct{ path, text string }

// findings returns what is wrong, without the branches of unions that are for
// another type of component or callback.
func findings(err error) []finding {
	schema, ok := errors.AsType[*openapi3.SchemaError](err)
	if several, isList := errors.AsType[openapi3.MultiError](err); isList && !ok {
		return slices.Concat(mapped(several, findings)...)
	}
	if !ok {
		return nil
	}
	causes, ok := errors.AsType[openapi3.MultiError](schema.Origin)
	if !ok {
		path := "/" + strings.Join(schema.JSONPointer(), "/")
		text := schema.Reason[strings.LastIndex(schema.Reason, "': ")+1:]
		return []finding{{path, text}}
	}
	branches := mapped(causes, findings)
	if schema.SchemaField == "oneOf" || schema.SchemaField == "anyOf" {
		forOthers := func(list []finding) bool {
			return slices.ContainsFunc(list, func(f finding) bool { return strings.HasSuffix(f.path, "/type") })
		}
		if meant := slices.DeleteFunc(slices.Clone(branches), forOthers); len(meant) > 0 {
			branches = meant
		}
	}
	return slices.Concat(branches...)
}

func mapped(errs []error, f func(error) []finding) [][]finding {
	var out [][]finding
	for _, err := range errs {
		out = append(out, f(err))
	}
	return out
}
