package discordtest

import (
	"fmt"
	"slices"
)

// What fits in components.
const (
	maxComponents      = 40   // of a message with IS_COMPONENTS_V2, nested ones too
	maxDisplayedText   = 4000 // over all text displays of a message
	maxRows            = 5    // of a message without that flag
	maxRowButtons      = 5
	maxCustomID        = 100
	maxButtonLabel     = 80
	maxButtonURL       = 512
	maxOptions         = 25
	maxOptionText      = 100
	maxPlaceholder     = 150
	maxSectionTexts    = 3
	maxGalleryItems    = 10
	maxModalTitle      = 45
	maxModalComponents = 5
	maxInputLabel      = 45
	maxInputText       = 4000
	maxInputHint       = 100
)

// Styles of buttons that need something else than a custom id.
const (
	styleLink    = 5
	stylePremium = 6
)

// A componentCheck goes through the components of one message or modal.
type componentCheck struct {
	*form
	ids   []string // custom ids so far
	total int
	text  int
}

// checkComponents checks the components of a message. That a message without
// IS_COMPONENTS_V2 has rows alone is known by then.
func checkComponents(f *form, components []Component, v2 bool) {
	check := componentCheck{form: f}
	for i, c := range components {
		check.top(at("components", i), c)
	}
	if !v2 {
		f.count("components", len(components), 0, maxRows)
		return
	}
	if check.total > maxComponents {
		f.add("components", "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("At most %d components fit, nested ones included; here are %d.", maxComponents, check.total))
	}
	if check.text > maxDisplayedText {
		f.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", fmt.Sprintf("At most %d characters fit in all text displays; here are %d.", maxDisplayedText, check.text))
	}
}

// top checks a component that stands by itself or in a container.
func (check *componentCheck) top(path string, c Component) {
	check.total++
	switch c.Type {
	case ActionRow:
		check.row(path, c)
	case TextDisplay:
		check.display(path, c)
	case Section:
		check.count(path+".components", len(c.Components), 1, maxSectionTexts)
		for i, inner := range c.Components {
			check.total++
			if inner.Type != TextDisplay {
				check.wrongType(at(path+".components", i), inner)
				continue
			}
			check.display(at(path+".components", i), inner)
		}
		switch {
		case c.Accessory == nil:
			check.add(path+".accessory", "BASE_TYPE_REQUIRED", "This field is required")
		case c.Accessory.Type == Button:
			check.total++
			check.button(path+".accessory", *c.Accessory)
		case c.Accessory.Type == Thumbnail:
			check.total++
		default:
			check.wrongType(path+".accessory", *c.Accessory)
		}
	case Container:
		check.count(path+".components", len(c.Components), 1, maxComponents)
		for i, inner := range c.Components {
			if inner.Type == Container {
				check.wrongType(at(path+".components", i), inner)
				continue
			}
			check.top(at(path+".components", i), inner)
		}
	case MediaGallery:
		check.count(path+".items", len(c.Items), 1, maxGalleryItems)
	case File, Separator:
	default:
		check.wrongType(path, c)
	}
}

func (check *componentCheck) wrongType(path string, c Component) {
	check.add(path+".type", "UNION_TYPE_CHOICES", fmt.Sprintf("Type %d does not belong here.", c.Type))
}

func (check *componentCheck) display(path string, c Component) {
	check.length(path+".content", c.Content, 1, maxDisplayedText)
	check.text += units(c.Content)
}

// row checks a row of up to five buttons or of one select.
func (check *componentCheck) row(path string, row Component) {
	check.count(path+".components", len(row.Components), 1, maxRowButtons)
	for i, c := range row.Components {
		path := at(path+".components", i)
		check.total++
		switch c.Type {
		case Button:
			check.button(path, c)
		case StringSelect, UserSelect, RoleSelect, MentionableSelect, ChannelSelect:
			if len(row.Components) > 1 {
				check.add(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select takes a row of its own.")
			}
			check.sel(path, c)
		default:
			check.wrongType(path, c)
		}
	}
}

func (check *componentCheck) button(path string, c Component) {
	check.length(path+".label", c.Label, 0, maxButtonLabel)
	if c.Label == "" && c.Emoji == nil && c.Style != stylePremium {
		check.add(path+".label", "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji.")
	}
	switch {
	case c.Style < 1 || c.Style > stylePremium:
		check.add(path+".style", "BASE_TYPE_CHOICES", fmt.Sprintf("%d is no style of button.", c.Style))
	case c.Style == styleLink:
		check.length(path+".url", c.URL, 1, maxButtonURL)
		if c.CustomID != "" {
			check.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A link button has no custom id.")
		}
	case c.Style == stylePremium:
		check.length(path+".sku_id", c.SKUID, 1, maxCustomID)
	default:
		check.customID(path, c)
		if c.URL != "" {
			check.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Only a link button has a URL.")
		}
	}
}

// customID checks the custom id of a component that must have one.
func (check *componentCheck) customID(path string, c Component) {
	check.length(path+".custom_id", c.CustomID, 1, maxCustomID)
	if c.CustomID != "" && slices.Contains(check.ids, c.CustomID) {
		check.add(path+".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	check.ids = append(check.ids, c.CustomID)
}

func (check *componentCheck) sel(path string, c Component) {
	check.customID(path, c)
	check.length(path+".placeholder", c.Placeholder, 0, maxPlaceholder)
	least, most := 1, 1
	if c.MinValues != nil {
		least = *c.MinValues
	}
	if c.MaxValues != nil {
		most = *c.MaxValues
	}
	limit := maxOptions
	if c.Type == StringSelect {
		limit = min(limit, len(c.Options))
		check.options(path+".options", c)
	}
	if least < 0 || most < 1 || least > most || most > limit && limit > 0 {
		check.add(path+".max_values", "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Between %d and %d of %d options cannot be chosen.", least, most, limit))
	}
}

func (check *componentCheck) options(path string, c Component) {
	check.count(path, len(c.Options), 1, maxOptions)
	seen := make(map[string]bool)
	for i, o := range c.Options {
		check.length(at(path, i)+".label", o.Label, 1, maxOptionText)
		check.length(at(path, i)+".value", o.Value, 1, maxOptionText)
		check.length(at(path, i)+".description", o.Description, 0, maxOptionText)
		if seen[o.Value] {
			check.add(at(path, i)+".value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen[o.Value] = true
	}
}

// checkModal checks the form that a bot opens.
func checkModal(m *Modal) error {
	check := componentCheck{form: &form{}}
	check.length("data.title", m.Title, 1, maxModalTitle)
	check.length("data.custom_id", m.CustomID, 1, maxCustomID)
	check.count("data.components", len(m.Components), 1, maxModalComponents)
	for i, c := range m.Components {
		path := at("data.components", i)
		switch c.Type {
		case ActionRow:
			check.count(path+".components", len(c.Components), 1, 1)
			for j, input := range c.Components {
				check.length(at(path+".components", j)+".label", input.Label, 1, maxInputLabel)
				check.input(at(path+".components", j), input)
			}
		case Label:
			check.length(path+".label", c.Label, 1, maxInputLabel)
			check.length(path+".description", c.Description, 0, maxInputHint)
			switch {
			case c.Component == nil:
				check.add(path+".component", "BASE_TYPE_REQUIRED", "This field is required")
			case c.Component.Type == TextInput:
				check.input(path+".component", *c.Component)
			case c.Component.Type == StringSelect:
				check.sel(path+".component", *c.Component)
			default:
				check.customID(path+".component", *c.Component)
			}
		case TextDisplay:
			check.display(path, c)
		default:
			check.wrongType(path, c)
		}
	}
	return check.err()
}

func (check *componentCheck) input(path string, c Component) {
	if c.Type != TextInput {
		check.wrongType(path, c)
		return
	}
	check.customID(path, c)
	if c.Style != 1 && c.Style != 2 {
		check.add(path+".style", "BASE_TYPE_CHOICES", "A text input is short (1) or a paragraph (2).")
	}
	check.length(path+".value", c.Value, 0, maxInputText)
	check.length(path+".placeholder", c.Placeholder, 0, maxInputHint)
	least, most := 0, maxInputText
	if c.MinLength != nil {
		least = *c.MinLength
	}
	if c.MaxLength != nil {
		most = *c.MaxLength
	}
	if least < 0 || most < 1 || least > most || most > maxInputText {
		check.add(path+".max_length", "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Between %d and %d characters cannot be written.", least, most))
	}
}
